import type { Readiness } from '../core/status.ts';
import type { Login } from './login.ts';
import type { PlanLimits } from './plan-limits.ts';
import type { Pool } from './pool.ts';

export type Phase = 'starting' | 'running' | 'draining';

/** Whether a request would be served now, from what is known already; it asks nobody. */
export function readinessOf(phase: Phase, pool: Pool, login: Login, planLimits: PlanLimits): Readiness {
  if (phase === 'draining') return not('draining', 'The harness is shutting down.');
  const { failure } = pool;
  if (failure !== undefined)
    return not(failure.code === 'CLI_MISSING' ? 'cli_missing' : 'cli_failing', failure.message);
  if (phase === 'starting') return not('starting', 'The harness is starting its first CLI process.');
  if (login.missing) {
    return not('not_logged_in', 'Log in with `claude` (then /login) as the user that the harness runs as.');
  }
  const resetsAt = planLimits.limitedUntil;
  if (resetsAt === undefined) return { ready: true };
  const message = 'The usage limit of the Claude plan is reached.';
  return { ready: false, reason: 'rate_limited', message, resetsAt };
}

type PlainReason = Exclude<Extract<Readiness, { ready: false }>['reason'], 'rate_limited'>;

function not(reason: PlainReason, message: string): Readiness {
  return { ready: false, reason, message };
}
