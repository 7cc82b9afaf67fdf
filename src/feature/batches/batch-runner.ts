import type { BatchesHold } from '../../core/batches-state.ts';
import { HarnessError } from '../../core/errors.ts';
import { Rounds } from '../../util/rounds.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import type { BatchContext } from './batch-context.ts';
import { callerOf, type BatchRow } from './batch-row.ts';
import { BatchEnds } from './batch-ends.ts';
import { giveUpSome } from './give-up.ts';
import { OwnLease } from './own-lease.ts';
import { Pace } from './pace.ts';
import type { TakenRequest } from './request-table.ts';
import { runRequest } from './run-request.ts';

export interface BatchRunnerOptions extends BatchContext {
  /** How many requests are answered at a time. */
  concurrency: number;
  /** Whether batches of a caller are run: its token may have been taken away since. */
  accepts: (caller: ReturnType<typeof callerOf>) => boolean;
  /** Whether the requests of a batch are still coming, to this service. */
  isCreating: (id: string) => boolean;
  /** Called when a batch has ended, and when one was given up before it began. */
  onEnded: () => void;
  onDiscarded: () => void;
}

/**
 * Runs requests of batches, one of each batch in turn, as pacing allows, and ends what has nothing left. Other services do the
 * same, of the same batches. At every beat it renews its lease, and takes from those that have none what they had in hand.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #ends: BatchEnds;
  readonly pace: Pace;
  readonly #lease: OwnLease;
  readonly #rounds = new Rounds(() => this.#look());
  /** Those whose requests this service may run, the one whose request was taken longest ago first. */
  #open = new Map<number, BatchRow>();
  /** By the ids of the requests. */
  readonly #running = new Map<number, Promise<void>>();
  readonly #stopping = new AbortController();
  #isStarted = false;
  /** When what holds requests back is over. */
  #resume: NodeJS.Timeout | undefined;
  #hold: BatchesHold | undefined;
  /** Whether any batch is being created or run, by whatever service. */
  #isAtWork = false;

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
    this.#ends = new BatchEnds(options);
    this.#lease = new OwnLease(options);
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
    this.#isStarted = true;
    this.wake();
  }

  /** Something may have become possible. No effect before the start. */
  wake(): void {
    if (this.#isStarted) this.#rounds.wake();
  }

  /** What is being answered waits for the next start, or another service. */
  async stop(): Promise<void> {
    this.#stopping.abort(new HarnessError('DRAINING', 'The harness was stopped before the answer was complete.'));
    await this.#rounds.stop();
    clearTimeout(this.#resume);
    await Promise.all([...this.#running.values(), this.#ends.stop()]);
    await this.#attempt(() => this.#lease.release());
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Gives when the next beat is due. */
  async #look(): Promise<number> {
    await this.#attempt(async () => {
      await this.#refresh();
      for (const batch of this.#open.values()) await this.#advance(batch);
      await this.#fill();
    });
    // A service at rest takes next to no processor time.
    const { leaseMs } = this.#options;
    return this.#isAtWork ? leaseMs / 4 : leaseMs;
  }

  /** What keeps state logs its own failures, once each. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const level = error instanceof HarnessError ? 'debug' : 'error';
      this.#options.log[level]('batches could not be looked after', { error });
    }
  }

  /** Sees what there is to do, and takes over what nobody does any more. */
  async #refresh(): Promise<void> {
    const { batches, accepts } = this.#options;
    const rows = await batches.atWork();
    this.#isAtWork = rows.length > 0;
    await (this.#isAtWork ? this.#lease.keep(new Set(this.#running.keys())) : this.#lease.release());
    await this.#abandonLeft(rows);
    const open = new Map(
      rows.flatMap((row) => (row.status !== 'creating' && accepts(callerOf(row)) ? [[row.seq, row]] : [])),
    );
    // In the order of before, what is new at the end.
    const known = [...this.#open.keys()].filter((seq) => open.has(seq));
    this.#open = new Map([...known, ...open.keys()].map((seq) => [seq, open.get(seq) as BatchRow]));
  }

  /** Batches that a service was about to create when it ended. */
  async #abandonLeft(rows: readonly BatchRow[]): Promise<void> {
    const { batches, serviceId, isCreating, onDiscarded } = this.#options;
    for (const { seq, id, run_by: by } of rows.filter(({ status }) => status === 'creating')) {
      if (by === serviceId && !isCreating(id) && (await batches.abandon(seq))) onDiscarded();
    }
    const isLeft = rows.some(({ status, run_by: by }) => status === 'creating' && by !== serviceId);
    if (isLeft && (await batches.abandonOfOthers(serviceId)) > 0) onDiscarded();
  }

  /** Gives up what is not to be answered any more, and ends the batch where nothing of it is left. */
  async #advance(batch: BatchRow): Promise<void> {
    if ((await giveUpSome(this.#options, batch)) === 'more') this.wake();
    else this.#ends.look(batch);
  }

  async #fill(): Promise<void> {
    const { concurrency, pacing } = this.#options;
    this.#hold = undefined;
    while (!this.#isStopped && this.#running.size < concurrency && this.#open.size > 0) {
      this.#hold = pacing.general();
      if (this.#hold !== undefined || !(await this.#beginNext())) break;
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
  async #beginNext(): Promise<boolean> {
    for (const [seq, batch] of this.#open) {
      if (batch.status !== 'in_progress') continue;
      const request = await this.#take(batch);
      if (request === undefined) continue;
      this.#hold = undefined;
      this.#open.delete(seq);
      this.#open.set(seq, batch);
      this.#run(batch, request);
      return true;
    }
    return false;
  }

  async #take(batch: BatchRow): Promise<TakenRequest | undefined> {
    const { requests, pacing, serviceId: by, now } = this.#options;
    const mayAsk = (model: string): boolean => {
      const hold = pacing.holdOf(batch.client ?? undefined, model);
      this.#hold ??= hold;
      return hold === undefined;
    };
    try {
      return await requests.take(batch.seq, { by, now: now(), mayAsk });
    } catch (error) {
      // It may have been taken all the same.
      this.#lease.doubt();
      throw error;
    }
  }

  #run(batch: BatchRow, request: TakenRequest): void {
    const { log } = this.#options;
    const running = runRequest(this.#options, batch, request, this.#stopping.signal)
      .catch((error: unknown) => {
        log.error('a request of a batch was not run', { batch: batch.id, error });
      })
      .finally(() => {
        this.#running.delete(request.id);
        this.pace.note();
        this.wake();
      });
    this.#running.set(request.id, running);
  }
}
