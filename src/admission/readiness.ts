import type { Readiness } from '../core/backend.ts';
import type { HarnessError } from '../core/errors.ts';
import type { Login } from './login.ts';
import type { PlanLimits } from './plan-limits.ts';

export type Phase = 'starting' | 'running' | 'draining';

export interface ReadinessSources {
  phase: Phase;
  /** Why processes can't be started at present. */
  failure: HarnessError | undefined;
  login: Pick<Login, 'missing' | 'remedy'>;
  planLimits: Pick<PlanLimits, 'limitedUntil'>;
  /** What the owner should do before long. */
  notice: string | undefined;
}

/** Whether a request would be served now, from what is known already; it asks nobody. */
export function readinessOf({ phase, failure, login, planLimits, notice }: ReadinessSources): Readiness {
  if (phase === 'draining') return not('draining', 'The harness is shutting down.');
  if (failure !== undefined) return failing(failure);
  if (phase === 'starting') return not('starting', 'The harness is starting its first CLI process.');
  if (login.missing) {
    return not('not_logged_in', `The claude CLI is not logged in, or its login is refused: ${login.remedy}.`);
  }
  const resetsAt = planLimits.limitedUntil;
  if (resetsAt === undefined) return { ready: true, ...(notice !== undefined && { notice }) };
  const message = 'The quota of the Claude plan is exhausted.';
  return { ready: false, reason: 'rate_limited', message, resetsAt };
}

function failing({ code, message }: HarnessError): Readiness {
  if (code === 'CLI_MISSING') return not('cli_missing', message);
  if (code !== 'CLI_PROTOCOL') return not('cli_failing', message);
  return not('cli_failing', `${message} Install the claude CLI again; \`claude-harness doctor\` says more.`);
}

type PlainReason = Exclude<Extract<Readiness, { ready: false }>['reason'], 'rate_limited'>;

function not(reason: PlainReason, message: string): Readiness {
  return { ready: false, reason, message };
}
