import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { Serial } from '../../util/serial.ts';
import { catchUp } from './catch-up.ts';
import type { OwnSums } from './own-sums.ts';
import { sumsAtOnce, type PublishedSums } from './published-sums.ts';
import { keyOf, type SumKey } from './usage-sum.ts';

/** How long after requests were stored their sums are published, with those of all that are stored until then. */
const publishAfterMs = 3000;
/** Pause between attempts while the database can't be used. */
const retryAfterMs = 15_000;

export interface UsagePublisherOptions {
  /** By which the database knows this machine. Throws a HarnessError (INTERNAL) when that can't be known. */
  machine: () => string;
  own: OwnSums;
  published: Pick<PublishedSums, 'publish' | 'counts'>;
  /** How long sums of hours are kept. */
  keepMs: number;
  log: Logger;
  now: () => number;
}

/**
 * Publishes this machine's sums in the database, beside all requests: those that have grown, or, at the start and after a
 * failure, whatever the database lacks. What is published is always what the state file has by then.
 */
export class UsagePublisher {
  readonly #options: UsagePublisherOptions;
  readonly #serial = new Serial();
  readonly #grown = new Map<string, SumKey>();
  /** Whether the database has all but what has grown since. */
  #isInStep = false;
  #hasFailed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsagePublisherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(publishAfterMs);
  }

  /** Takes note of sums that have grown in the state file. */
  readonly note = (sums: readonly SumKey[]): void => {
    for (const sum of sums) this.#grown.set(keyOf(sum), sum);
    this.#schedule(publishAfterMs);
  };

  /** Publishes what is left, unless the database could not be used before: then the next start does. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#serial.run(async () => {
      if (!this.#hasFailed) await this.#publish();
    });
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#serial.run(() => this.#publish());
    }, delayMs).unref();
  }

  /** Never rejects. */
  async #publish(): Promise<void> {
    try {
      const machine = this.#options.machine();
      if (!this.#isInStep) await this.#catchUp(machine);
      await this.#publishGrown(machine);
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  async #catchUp(machine: string): Promise<void> {
    // All that is stored by now is looked at.
    this.#grown.clear();
    await catchUp({ ...this.#options, machine });
    this.#isInStep = true;
  }

  async #publishGrown(machine: string): Promise<void> {
    const { own, published } = this.#options;
    const keys = [...this.#grown.values()];
    this.#grown.clear();
    while (keys.length > 0) await published.publish(machine, own.find(keys.splice(0, sumsAtOnce)));
  }

  #fail(error: unknown): void {
    // The database and the state file log their own failures, once each.
    const isKnown = error instanceof HarnessError || this.#hasFailed;
    this.#options.log[isKnown ? 'debug' : 'error']('what was used could not be published to the database', { error });
    this.#hasFailed = true;
    this.#isInStep = false;
    this.#schedule(retryAfterMs);
  }
}
