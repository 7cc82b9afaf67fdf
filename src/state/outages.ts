import type { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** Reading and writing have separate outages, since reads may work while writes fail. */
export type Use = 'read' | 'write';

/** Time between two attempts during an outage: each may block the whole service for `busyTimeoutMs` on a lock. */
export const retryAfterMs = 2000;

interface Outage {
  error: HarnessError;
  since: number;
}

export interface OutagesOptions {
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Called when all uses work again. */
  onOver: () => void;
}

/** Tracks outages of what keeps state: a log line when one begins and when it ends, and a pause between attempts. */
export class Outages {
  readonly #options: OutagesOptions;
  readonly #outages = new Map<Use, Outage>();
  #logged: string | undefined;

  constructor(options: OutagesOptions) {
    this.#options = options;
  }

  /** Throws the error of the last attempt while it is too early for another. */
  throwIfTooSoon(use: Use): void {
    const outage = this.#outages.get(use);
    if (outage === undefined) return;
    const elapsedMs = this.#options.now() - outage.since;
    // A clock that was set back must not prolong the pause.
    if (elapsedMs >= 0 && elapsedMs < retryAfterMs) throw outage.error;
  }

  isOngoing(use: Use): boolean {
    return this.#outages.has(use);
  }

  recordFailure(use: Use, error: HarnessError): void {
    this.#outages.set(use, { error, since: this.#options.now() });
    if (error.message === this.#logged) return;
    this.#logged = error.message;
    this.#options.log.error(error.message, { error: error.facts.cause });
  }

  recordSuccess(use: Use): void {
    if (!this.#outages.delete(use) || this.#outages.size > 0) return;
    this.#logged = undefined;
    this.#options.onOver();
  }
}
