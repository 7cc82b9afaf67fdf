import type { UsedUpWindow } from '../admission/plan-limits.ts';
import type { AgentEvent } from '../core/agent-engine.ts';
import { createDeferred } from '../util/deferred.ts';
import type { Result, TurnFacts } from './turn-ending.ts';
import { turnEnding } from './turn-ending.ts';

/** What is known of the turn that runs. With background tasks it has several results. */
export class Turn {
  /** By the clock that the CLI's log goes by. */
  readonly startedAt = Date.now();
  readonly #over = createDeferred<undefined>();
  isInterrupted = false;
  /** Whether the interrupt has ended tasks that the turn would have waited for. */
  hasStoppedTasks = false;
  errorName: string | undefined;
  usedUp: UsedUpWindow | undefined;
  /** The last result, while another may come. */
  result: Result | undefined;
  #costUsd: number | undefined;

  addCost(costUsd: number | undefined): void {
    if (costUsd !== undefined) this.#costUsd = (this.#costUsd ?? 0) + costUsd;
  }

  /** Settles when the turn is over. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  end(result: Result, failures: TurnFacts['failures']): AgentEvent {
    this.#over.resolve(undefined);
    const { isInterrupted, errorName, usedUp } = this;
    const ending = turnEnding(result, { isInterrupted, errorName, usedUp, failures });
    return { type: 'turn_ended', ending, ...(this.#costUsd !== undefined && { costUsd: this.#costUsd }) };
  }
}
