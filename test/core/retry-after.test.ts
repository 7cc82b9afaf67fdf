import { expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { retryAfterSeconds } from '../../src/core/retry-after.ts';

const now = 1_700_000_000_000;
const waitOf = (facts: object, stream: boolean) =>
  retryAfterSeconds(new HarnessError('PLAN_LIMIT_REACHED', 'Used up.', facts), { now: () => now, stream });

it('gives the time until a plan’s window opens again, rounded up', () => {
  expect(waitOf({ resetsAt: now + 7_199_001 }, false)).toBe(7200);
});

it('asks a client that streams to wait for a minute at most, since it may wait in silence', () => {
  expect(waitOf({ resetsAt: now + 7_200_000 }, true)).toBe(60);
  expect(waitOf({ resetsAt: now + 20_000 }, true)).toBe(20);
});

it('leaves alone what the API itself asks for', () => {
  expect(waitOf({ retryAfterMs: 90_000, resetsAt: now + 7_200_000 }, true)).toBe(90);
});

it('never says zero, and nothing where nobody knows', () => {
  expect(waitOf({ resetsAt: now - 5 }, false)).toBe(1);
  expect(waitOf({}, true)).toBeUndefined();
});
