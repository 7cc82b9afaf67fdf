import { HarnessError, toHarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { Backoff } from '../../util/backoff.ts';
import type { Worker } from './worker.ts';

/** A process that lived for this long before it ended by itself is no sign of one that will end again. */
const longLifeMs = 60_000;

/** How the last starts of processes went, and how long to wait before the next one. */
export class SpawnHealth {
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #failures = new Backoff();
  /** For processes that start but end while they wait: replaced at once, they would be started in a circle. */
  readonly #losses = new Backoff();
  #failure: HarnessError | undefined;

  constructor(now: () => number, log: Logger) {
    this.#now = now;
    this.#log = log;
  }

  /** Why processes can't be started at present. */
  get failure(): HarnessError | undefined {
    return this.#failure;
  }

  /** How long no process may be started ahead of demand, in ms. */
  get waitMs(): number {
    return Math.max(this.#failures.remainingMs(this.#now()), this.#losses.remainingMs(this.#now()));
  }

  /** Throws the last failure for as long as it is not time for another try. */
  admit(): void {
    const retryAfterMs = this.#failures.remainingMs(this.#now());
    if (this.#failure === undefined || retryAfterMs === 0) return;
    const { code, message, facts } = this.#failure;
    throw new HarnessError(code, message, { ...facts, retryAfterMs });
  }

  succeeded(): void {
    if (this.#failure !== undefined) this.#log.info('the claude CLI starts again');
    this.#failure = undefined;
    this.#failures.reset();
  }

  /** Gives the error to throw to whoever waits for the process. */
  failed(reason: unknown): HarnessError {
    const error = toHarnessError(reason);
    this.#failures.fail(this.#now());
    if (this.#failure?.message !== error.message) {
      this.#log.error('the claude CLI does not start', { code: error.code, error, ...error.facts });
    }
    this.#failure = error;
    return error;
  }

  /** Of a process that was up and ended by itself before it was used. */
  lost(worker: Worker): void {
    const { pid, stderrTail } = worker.cli;
    this.#log.warn('a waiting CLI process ended by itself', { pid, stderrTail });
    if (this.#now() - worker.startedAt > longLifeMs) this.#losses.reset();
    this.#losses.fail(this.#now());
  }
}
