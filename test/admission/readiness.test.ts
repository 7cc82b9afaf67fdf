import { describe, expect, it, onTestFinished } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { Login } from '../../src/admission/login.ts';
import { PlanLimits } from '../../src/admission/plan-limits.ts';
import { readinessOf, type Phase } from '../../src/admission/readiness.ts';
import { memoryLog } from '../support/memory-log.ts';

interface Situation {
  phase?: Phase;
  failure?: HarnessError;
  loggedOut?: boolean;
  usedUp?: boolean;
  notice?: string;
}

async function readiness({ phase = 'running', failure, loggedOut = false, usedUp = false, notice }: Situation) {
  const state = loggedOut ? ({ state: 'logged_out' } as const) : ({ state: 'unknown' } as const);
  const login = new Login({
    ask: () => Promise.resolve(state),
    remedy: 'log in on the server',
    log: memoryLog(),
    now: Date.now,
  });
  await login.start();
  onTestFinished(() => {
    login.stop();
  });
  const limits = new PlanLimits(() => 0);
  if (usedUp) limits.note({ status: 'rejected', resetsAt: 1, rateLimitType: 'five_hour' });
  return readinessOf({ phase, failure, login, planLimits: limits, notice });
}

const missing = new HarnessError('CLI_MISSING', 'Not there.');
const garbled = new HarnessError('CLI_PROTOCOL', 'Not JSON.');
const failing = new HarnessError('CLI_FAILED', 'It ended.');

describe('readinessOf', () => {
  it.each<[Situation, object]>([
    [{}, { ready: true }],
    [{ phase: 'starting' }, { reason: 'starting' }],
    [{ phase: 'draining' }, { reason: 'draining' }],
    [{ failure: missing }, { reason: 'cli_missing', message: 'Not there.' }],
    [
      { failure: garbled },
      { reason: 'cli_failing', message: expect.stringContaining('claude-harness doctor') as string },
    ],
    [{ failure: failing }, { reason: 'cli_failing', message: 'It ended.' }],
    [
      { loggedOut: true },
      { reason: 'not_logged_in', message: expect.stringContaining('log in on the server') as string },
    ],
    [{ notice: 'The token ends soon.' }, { ready: true, notice: 'The token ends soon.' }],
    [{ usedUp: true }, { reason: 'rate_limited', resetsAt: 1000 }],
    // The cause that has to be removed first is the one that is reported.
    [{ phase: 'draining', failure: missing, loggedOut: true, usedUp: true }, { reason: 'draining' }],
    [{ phase: 'starting', failure: missing, loggedOut: true, usedUp: true }, { reason: 'cli_missing' }],
    [{ loggedOut: true, usedUp: true }, { reason: 'not_logged_in' }],
  ])('reports %j as %j', async (situation, expected) => {
    expect(await readiness(situation)).toMatchObject(expected);
  });
});
