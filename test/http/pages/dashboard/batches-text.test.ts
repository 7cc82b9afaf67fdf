import { expect, it } from 'vitest';
import { describeBatches } from '../../../../src/http/pages/dashboard/batches-text.js';
import type { WireBatchesState } from '../../../../src/http/routes/quota/quota-schema.ts';

const now = new Date(2026, 0, 31, 12).getTime();
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const state: WireBatchesState = {
  object: 'batches_state',
  status: 'running',
  paused: null,
  batches: 1,
  running: 2,
  requests: { left: 4000, succeeded: 900, errored: 0, canceled: 0, expired: 0 },
  per_hour: 240.4,
  ends_at: inMinutes(90),
};

it('batches say what is left, how fast they are, and when they will be done', () => {
  expect(describeBatches(state, now)).toBe('4,000 left · 2 under way · 240 an hour · done in 1 h 30 min');
});

it('batches that wait say why, and until when', () => {
  const paused = { reason: 'plan_window', window: 'five_hour', until: inMinutes(90) } as const;
  const requests = { ...state.requests, errored: 3 };
  const held = { ...state, status: 'paused', paused, running: 0, requests, per_hour: null, ends_at: null } as const;
  expect(describeBatches(held, now)).toBe(
    '4,000 left · 3 errored · paused until 13:30: enough of the plan is used (5 hours)',
  );
  const unready = { ...held, paused: { reason: 'not_ready', window: null, until: null } } as const;
  expect(describeBatches(unready, now)).toContain('paused: the service is not ready');
});
