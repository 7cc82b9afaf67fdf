import type { BatchEnd } from '../../core/batches.ts';
import { HarnessError } from '../../core/errors.ts';
import type { BatchContext } from './batch-context.ts';
import { callerOf, leftOf, toBatch, type BatchRow } from './batch-row.ts';
import { resultsOf } from './results.ts';

const longestRetryMs = 5 * 60_000;

export interface BatchEndsOptions extends BatchContext {
  /** Called when a batch has ended. */
  onEnded: () => void;
}

/** What is under way for a batch's end, or waits for another try. */
interface Ending {
  tries: number;
  notBefore: number;
  running?: Promise<void>;
}

/** Ends batches of which nothing is left to do. An end that fails, as for a full disk, is tried again. */
export class BatchEnds {
  readonly #options: BatchEndsOptions;
  readonly #endings = new Map<number, Ending>();
  #isStopped = false;

  constructor(options: BatchEndsOptions) {
    this.#options = options;
  }

  /** Begins a batch's end if it is time. */
  look(batch: BatchRow): void {
    const { now } = this.#options;
    const ending = this.#endings.get(batch.seq) ?? { tries: 0, notBefore: 0 };
    if (this.#isStopped || ending.running !== undefined || ending.notBefore > now() || leftOf(batch) > 0) return;
    this.#endings.set(batch.seq, ending);
    ending.running = this.#end(batch.seq, ending);
  }

  /** An end that is under way is repeated at the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#endings.values()].flatMap(({ running }) => running ?? []));
  }

  /** Never rejects. */
  async #end(seq: number, ending: Ending): Promise<void> {
    const { log, retryMs, now } = this.#options;
    try {
      await this.#finish(seq);
      this.#endings.delete(seq);
    } catch (error) {
      ending.tries += 1;
      const waitMs = Math.min(retryMs * 2 ** ending.tries, longestRetryMs);
      ending.notBefore = now() + waitMs;
      delete ending.running;
      const reason = error instanceof HarnessError ? { reason: error.message } : { error };
      log.warn('a batch could not be ended; it is tried again', { batch_seq: seq, retry_ms: waitMs, ...reason });
    }
  }

  async #finish(seq: number): Promise<void> {
    const { batches, requests, finish, serviceId, now, onEnded } = this.#options;
    // Another service may be at it, or done with it.
    const row = (await batches.finalize(seq, serviceId, now())) ? await batches.get(seq) : undefined;
    if (row === undefined) return;
    const details = await finish(callerOf(row), toBatch(row), () => resultsOf(requests, seq));
    const noticeAt = row.webhook === null ? null : now();
    await batches.end(seq, serviceId, { at: now(), ending: endingOf(row), details, noticeAt });
    onEnded();
  }
}

function endingOf({ cancel_initiated_at: canceledAt, expired }: BatchRow): BatchEnd {
  if (canceledAt !== null) return 'canceled';
  return expired > 0 ? 'expired' : 'completed';
}
