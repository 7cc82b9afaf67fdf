import { classifyFailure } from '../admission/classify-failure.ts';
import type { UsedUpWindow } from '../admission/plan-limits.ts';
import type { TurnEnding } from '../core/agent-engine.ts';
import { HarnessError } from '../core/errors.ts';
import type { LoggedFailure } from '../process/error-log.ts';
import type { LineOf } from './agent-lines.ts';

export type Result = LineOf<'result'>;

export interface TurnFacts {
  /** Whether the turn was interrupted by the harness. */
  isInterrupted: boolean;
  /** The CLI's own name of the last error. */
  errorName: string | undefined;
  usedUp: UsedUpWindow | undefined;
  /** What the API has refused in this turn, where it is of interest. */
  failures: readonly LoggedFailure[];
}

/** Whether the API's own words are wanted, which the CLI notes in its log of errors. */
export function tellsFailure(result: Result): boolean {
  return result.is_error && result.api_error_status != null;
}

export function turnEnding(result: Result, facts: TurnFacts): TurnEnding {
  if (result.subtype === 'error_max_turns') return { reason: 'max_turns' };
  if (result.subtype === 'error_max_budget_usd') return { reason: 'max_cost' };
  if (result.stop_reason === 'refusal') return { reason: 'refusal' };
  if (!result.is_error) return { reason: 'end_turn' };
  if (facts.isInterrupted) return { reason: 'interrupted' };
  return { reason: 'failed', error: failure(result, facts) };
}

function failure(result: Result, { errorName: name, usedUp, failures }: TurnFacts): HarnessError {
  if (result.subtype === 'error_during_execution') {
    const why = result.errors?.[0] ?? result.terminal_reason ?? 'no reason given';
    return new HarnessError('UPSTREAM_ERROR', `The claude CLI broke the turn off: ${why.slice(0, 500)}`);
  }
  const status = result.api_error_status ?? undefined;
  const said = failures.find((logged) => logged.status !== undefined && logged.status === status);
  return classifyFailure({ status, name, text: said?.sentence ?? result.result ?? '', usedUp });
}

/** What each turn of a process has cost. */
export class TurnCosts {
  #total = 0;

  /**
   * At list prices. Of the total, which newer versions go on counting after a resume (2.1.332) and older ones begin anew
   * (2.1.197); only the newer ones say how much of it is new.
   */
  of({ total_cost_usd: total, model_usage_since_last_result: usage }: Result): number | undefined {
    const before = this.#total;
    this.#total = total ?? before;
    if (usage != null) return Object.values(usage).reduce((sum, { costUSD }) => sum + costUSD, 0);
    return total == null ? undefined : total - before;
  }
}
