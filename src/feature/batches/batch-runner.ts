import type { BatchesHold } from '../../core/batches-state.ts';
import { HarnessError } from '../../core/errors.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import type { BatchContext } from './batch-context.ts';
import type { BatchRow } from './batch-row.ts';
import { callerOf } from './batch-row.ts';
import { BatchEnds } from './batch-ends.ts';
import { giveUpSome } from './give-up.ts';
import { Pace } from './pace.ts';
import { runRequest } from './run-request.ts';

export interface BatchRunnerOptions extends BatchContext {
  /** How many requests are answered at a time. */
  concurrency: number;
  /** Whether batches of a caller are run: its token may have been taken away since. */
  accepts: (caller: ReturnType<typeof callerOf>) => boolean;
  /** Whether the requests of a batch are still coming, to this service. */
  isCreating: (seq: number) => boolean;
  /** Called when a batch has ended, and when one was given up before it began. */
  onEnded: () => void;
  onDiscarded: () => void;
}

/**
 * Runs the batches that this service has claimed: takes their requests in turn, as pacing allows, and ends them. It learns
 * what others have done to them, and takes over what nobody runs, at every beat.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #ends: BatchEnds;
  readonly pace: Pace;
  /** Those that this service runs, the one whose request was taken longest ago first. */
  #own = new Map<number, BatchRow>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #beat: NodeJS.Timeout | undefined;
  #wake: NodeJS.Timeout | undefined;
  /** When what holds requests back is over. */
  #resume: NodeJS.Timeout | undefined;
  #hold: BatchesHold | undefined;
  /** Whether any batch is being created or run, by whatever service. */
  #isAtWork = false;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    this.#ends = new BatchEnds(options);
    this.pace = new Pace(options.now);
  }

  /** Why nothing begins, though something waits. */
  get hold(): BatchesHold | undefined {
    return this.#hold;
  }

  get running(): number {
    return this.#running.size;
  }

  start(): void {
    this.wake();
  }

  /** Something may have become possible. */
  wake(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => {
      this.#look();
    }, 0);
  }

  /** What is being answered waits for the next start. */
  async stop(): Promise<void> {
    for (const timer of [this.#beat, this.#wake, this.#resume]) clearTimeout(timer);
    this.#stopping.abort(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
    await Promise.all([...this.#running, this.#ends.stop()]);
    this.#attempt(() => {
      this.#options.batches.release(this.#options.serviceId);
    });
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #look(): void {
    this.#attempt(() => {
      this.#refresh();
      for (const batch of this.#own.values()) this.#advance(batch);
      this.#fill();
    });
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => {
      this.wake();
    }, this.#beatMs);
    this.#beat.unref();
  }

  /** A service at rest takes next to no processor time. */
  get #beatMs(): number {
    const { claimMs } = this.#options;
    return this.#isAtWork ? claimMs / 4 : claimMs;
  }

  /** The state file logs its own failures, once each. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      const level = error instanceof HarnessError ? 'debug' : 'error';
      this.#options.log[level]('batches could not be looked after', { error });
    }
  }

  /** Prolongs what is this service's, and takes over what nobody runs. */
  #refresh(): void {
    const { batches, serviceId, claimMs, isGone, now, isCreating, onDiscarded, accepts } = this.#options;
    const rows = batches.atWork();
    const time = now();
    const isOwn = ({ run_by: by, run_until: until }: BatchRow): boolean => by === serviceId && until !== null;
    // Well before they end, and not at every step.
    if (rows.some((row) => isOwn(row) && (row.run_until ?? 0) < time + (claimMs * 3) / 4)) {
      batches.renew(serviceId, time + claimMs);
    }
    this.#isAtWork = rows.length > 0;
    const own = new Map<number, BatchRow>();
    for (const row of rows) {
      if (row.status === 'creating') {
        if (isOwn(row) ? isCreating(row.seq) : !isFree(row, time, isGone)) continue;
        batches.discard(row.seq);
        onDiscarded();
      } else if (isOwn(row) || (accepts(callerOf(row)) && isFree(row, time, isGone) && this.#claim(row))) {
        own.set(row.seq, row);
      }
    }
    // In the order of before, what is new at the end.
    const known = [...this.#own.keys()].filter((seq) => own.has(seq));
    this.#own = new Map([...known, ...own.keys()].map((seq) => [seq, own.get(seq) as BatchRow]));
  }

  #claim({ seq, run_by: gone }: BatchRow): boolean {
    const { batches, serviceId, claimMs, now } = this.#options;
    const time = now();
    return batches.claim(seq, { by: serviceId, until: time + claimMs, now: time, ...(gone !== null && { gone }) });
  }

  /** Gives up what is not to be answered any more, and ends the batch where nothing of it is left. */
  #advance(batch: BatchRow): void {
    if (giveUpSome(this.#options, batch) === 'more') this.wake();
    else this.#ends.look(batch.seq);
  }

  #fill(): void {
    const { concurrency, pacing } = this.#options;
    this.#hold = undefined;
    while (this.#running.size < concurrency && this.#own.size > 0) {
      this.#hold = pacing.general();
      if (this.#hold !== undefined || !this.#beginNext()) break;
    }
    const until = this.#hold?.until;
    clearTimeout(this.#resume);
    if (until === undefined) return;
    const delayMs = timerDelay(until - this.#options.now() + 1);
    this.#resume = setTimeout(() => {
      this.wake();
    }, delayMs);
    this.#resume.unref();
  }

  /** Whether a request was there that may be answered now. */
  #beginNext(): boolean {
    const { requests, pacing, serviceId: by, now } = this.#options;
    for (const [seq, batch] of this.#own) {
      if (batch.status !== 'in_progress') continue;
      const mayAsk = (model: string): boolean => {
        const hold = pacing.holdOf(batch.client ?? undefined, model);
        this.#hold ??= hold;
        return hold === undefined;
      };
      const request = requests.take(seq, { by, now: now(), mayAsk });
      if (request === undefined) continue;
      this.#hold = undefined;
      this.#own.delete(seq);
      this.#own.set(seq, batch);
      this.#run(batch, request);
      return true;
    }
    return false;
  }

  #run(batch: BatchRow, request: Parameters<typeof runRequest>[2]): void {
    const { log } = this.#options;
    const running = runRequest(this.#options, batch, request, this.#stopping.signal)
      .catch((error: unknown) => {
        log.error('a request of a batch was not run', { batch: batch.id, error });
      })
      .finally(() => {
        this.#running.delete(running);
        this.pace.note();
        this.wake();
      });
    this.#running.add(running);
  }
}

/** Whether anybody may take it over. */
function isFree({ run_by: by, run_until: until }: BatchRow, now: number, isGone: (by: string) => boolean): boolean {
  return until === null || until <= now || (by !== null && isGone(by));
}
