import { HarnessError } from '../core/errors.ts';
import { createDeferred, type Deferred } from '../util/deferred.ts';

export interface TurnQueueOptions {
  concurrentTurns: number;
  /** How many may wait; one more is refused at once. */
  queueSize: number;
  queueTimeoutMs: number;
}

/** Bounds how many turns run at a time; the rest wait in order of arrival. */
export class TurnQueue {
  readonly #options: TurnQueueOptions;
  readonly #waiting = new Set<Deferred<undefined>>();
  #active = 0;
  #closed = false;

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  /** Refuses newcomers from now on; those who wait already get their turn. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Waits for a place; the caller must `leave` once afterwards. Throws `QUEUE_FULL`, `QUEUE_TIMEOUT`, `DRAINING` or the
   * signal's reason, and holds no place then.
   */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#closed) throw new HarnessError('DRAINING', 'The harness is shutting down; try again in a moment.');
    if (this.#active < this.#options.concurrentTurns) {
      this.#active += 1;
      return;
    }
    if (this.#waiting.size >= this.#options.queueSize) {
      throw new HarnessError('QUEUE_FULL', 'Too many requests are waiting for a turn; try again in a moment.');
    }
    await this.#wait(signal);
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#active -= 1;
      return;
    }
    // The place goes from one turn to the next without ever being free for a third.
    this.#waiting.delete(next);
    next.resolve(undefined);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const place = createDeferred<undefined>();
    const give = (reason: unknown): void => {
      if (this.#waiting.delete(place)) place.reject(reason);
    };
    const abort = (): void => {
      give(signal.reason);
    };
    const seconds = Math.ceil(this.#options.queueTimeoutMs / 1000);
    const timer = setTimeout(() => {
      give(new HarnessError('QUEUE_TIMEOUT', `The request waited ${seconds} s for a free turn; try again later.`));
    }, this.#options.queueTimeoutMs);
    this.#waiting.add(place);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await place.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}
