import type { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** Reading goes on where only writing fails, so that each has outages of its own. */
export type Use = 'read' | 'write';

/** Between two tries during an outage: a lock costs each `busyTimeoutMs`, in which the service does nothing else. */
export const restMs = 2000;

interface Outage {
  trouble: HarnessError;
  since: number;
}

/** Keeps count of what does not work: one log line when it begins, one when it is over, a rest between tries. */
export class Outages {
  readonly #path: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #outages = new Map<Use, Outage>();
  #logged: string | undefined;

  constructor(path: string, log: Logger, now: () => number) {
    this.#path = path;
    this.#log = log;
    this.#now = now;
  }

  /** Throws what is wrong while it is too early for another try. */
  throwWhileResting(use: Use): void {
    const outage = this.#outages.get(use);
    if (outage === undefined) return;
    const elapsedMs = this.#now() - outage.since;
    // A clock that was set back must not prolong the rest.
    if (elapsedMs >= 0 && elapsedMs < restMs) throw outage.trouble;
  }

  isOut(use: Use): boolean {
    return this.#outages.has(use);
  }

  failed(use: Use, trouble: HarnessError): void {
    this.#outages.set(use, { trouble, since: this.#now() });
    if (trouble.message === this.#logged) return;
    this.#logged = trouble.message;
    this.#log.error(trouble.message, { error: trouble.facts.cause });
  }

  worked(use: Use): void {
    if (!this.#outages.delete(use) || this.#outages.size > 0) return;
    this.#logged = undefined;
    this.#log.info('the state file can be used again', { path: this.#path });
  }
}
