import { expect, it } from 'vitest';
import { parsePlanUsage } from '../../src/process/plan-usage.ts';

const now = 1_795_960_000_000;

/** As 2.1.197 and 2.1.332 answer, with what the API says of usage. */
const answer = {
  session: { total_cost_usd: 0 },
  subscription_type: 'max',
  rate_limits_available: true,
  rate_limits: {
    five_hour: { utilization: 42.5, resets_at: '2026-11-29T20:00:00.123Z' },
    seven_day: { utilization: 100, resets_at: '2026-12-03T20:00:00+00:00' },
    seven_day_opus: null,
    seven_day_sonnet: { utilization: 0, resets_at: null },
    extra_usage: { is_enabled: false, monthly_limit: null, used_credits: null, utilization: null },
    limits: [],
  },
  behaviors: null,
};

it('reads the windows that have begun', () => {
  expect(parsePlanUsage(answer, now)).toEqual([
    {
      type: 'five_hour',
      status: 'allowed',
      utilization: 0.425,
      resetsAt: Date.parse('2026-11-29T20:00:00.123Z'),
      observedAt: now,
    },
    {
      type: 'seven_day',
      status: 'allowed_warning',
      utilization: 1,
      resetsAt: Date.parse('2026-12-03T20:00:00Z'),
      observedAt: now,
    },
  ]);
});

it.each([
  ['a token that may not know', { ...answer, rate_limits_available: false, rate_limits: null }],
  ['a CLI that was not told', { ...answer, rate_limits: null }],
  ['a CLI that refuses', undefined],
])('reads nothing from %s', (_, response) => {
  expect(parsePlanUsage(response, now)).toBeUndefined();
});
