import { describe, expect, it } from 'vitest';
import { PlanLimits } from '../../src/admission/plan-limits.ts';
import { toPlanWindows } from '../../src/admission/plan-report.ts';

const resetsAt = 1_795_972_483;
const now = 1_795_960_000_000;

describe('what the CLI reports of the plan', () => {
  it('is every window with its share (2.1.332)', () => {
    const info = {
      status: 'allowed_warning',
      resetsAt,
      rateLimitType: 'five_hour',
      utilization: 0.93,
      unifiedWindows: {
        five_hour: { utilization: 0.93, resetsAt, status: 'allowed_warning' },
        seven_day: { utilization: 0.2, resetsAt: resetsAt + 86_400, status: 'allowed' },
      },
    };
    expect(toPlanWindows(info, now)).toEqual([
      { type: 'five_hour', status: 'allowed_warning', utilization: 0.93, resetsAt: resetsAt * 1000, observedAt: now },
      { type: 'seven_day', status: 'allowed', utilization: 0.2, resetsAt: (resetsAt + 86_400) * 1000, observedAt: now },
    ]);
  });

  it.each([
    [{ status: 'allowed', resetsAt, rateLimitType: 'five_hour' }, {}],
    [{ status: 'allowed_warning', resetsAt, rateLimitType: 'five_hour', utilization: 0.93 }, { utilization: 0.93 }],
  ])('is one window, whose share is told with a warning (2.1.197): %j', (info, share) => {
    expect(toPlanWindows(info, now)).toEqual([
      { type: 'five_hour', status: info.status, resetsAt: resetsAt * 1000, observedAt: now, ...share },
    ]);
  });

  it('has the window of one model family beside the plan’s', () => {
    const unifiedWindows = { five_hour: { utilization: 0.1, resetsAt, status: 'allowed' } };
    const info = { status: 'rejected', resetsAt, rateLimitType: 'seven_day_opus', unifiedWindows };
    expect(toPlanWindows(info, now).map(({ type, status }) => [type, status])).toEqual([
      ['five_hour', 'allowed'],
      ['seven_day_opus', 'rejected'],
    ]);
  });

  it.each([
    ['a passing 429', { status: 'rejected', rateLimitType: 'five_hour' }],
    ['no window', { status: 'allowed', resetsAt }],
    ['an unknown status', { status: 'sunny', resetsAt, rateLimitType: 'five_hour' }],
    ['a name that is none', { status: 'allowed', resetsAt, rateLimitType: 'Five hours!' }],
  ])('is nothing where there is %s', (_, info) => {
    expect(toPlanWindows(info, now)).toEqual([]);
  });

  it('is passed on by the limits', () => {
    const seen: unknown[] = [];
    const limits = new PlanLimits(
      () => now,
      (windows) => seen.push(...windows),
    );
    limits.note({ status: 'allowed', resetsAt, rateLimitType: 'five_hour' });
    expect(seen).toEqual([{ type: 'five_hour', status: 'allowed', resetsAt: resetsAt * 1000, observedAt: now }]);
  });
});
