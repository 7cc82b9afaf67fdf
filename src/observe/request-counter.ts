import type { JournalSink } from '../core/journal.ts';
import type { Logger } from '../core/logger.ts';
import type { RequestCounts, RequestCountStore } from '../core/request-counts.ts';

/** What was counted is stored so often; a crash loses no more. */
const storeEveryMs = 5000;

export interface RequestCounterOptions {
  store: RequestCountStore;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Counts the day's requests for answers, over all starts of the service. Days are those of the machine's time zone. What
 * can't be stored is counted all the same, until the service ends.
 */
export class RequestCounter {
  readonly #options: RequestCounterOptions;
  /** What is not stored yet, by day. */
  readonly #pending = new Map<string, RequestCounts>();
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RequestCounterOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  /** Takes in what the journal has of a finished request. */
  readonly sink: JournalSink = ({ error, clientGone }) => {
    this.count(error === undefined && !clientGone);
  };

  count(isServed: boolean): void {
    const day = this.#day();
    const counts = this.#pending.get(day) ?? this.#none();
    this.#pending.set(day, counts);
    counts[isServed ? 'served' : 'failed'] += 1;
    this.#timer ??= setTimeout(() => {
      this.store();
    }, storeEveryMs).unref();
  }

  get today(): RequestCounts {
    const day = this.#day();
    const pending = this.#pending.get(day) ?? this.#none();
    const stored = this.#orWithout(() => this.#options.store.find(day)) ?? this.#none();
    return {
      since: Math.min(stored.since, pending.since),
      served: stored.served + pending.served,
      failed: stored.failed + pending.failed,
    };
  }

  /** Stores what was counted, as at the end of the service. */
  store(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [day, counts] of this.#pending) {
      this.#orWithout(() => {
        this.#options.store.add(day, counts);
        this.#pending.delete(day);
      });
    }
  }

  /** Nothing counted, since midnight or the start of the service. */
  #none(): RequestCounts {
    const midnight = new Date(this.#options.now()).setHours(0, 0, 0, 0);
    return { since: Math.max(midnight, this.#startedAt), served: 0, failed: 0 };
  }

  #day(): string {
    const now = new Date(this.#options.now());
    const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
    return parts.map((part) => String(part).padStart(2, '0')).join('-');
  }

  /** The state file logs its own failures, once each. */
  #orWithout<Value>(use: () => Value): Value | undefined {
    try {
      return use();
    } catch (error) {
      this.#options.log.debug("the day's requests are counted in memory only", { error });
      return undefined;
    }
  }
}
