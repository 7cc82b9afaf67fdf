import { HarnessError, type ErrorCode } from '../../core/errors.ts';
import { readErrorLog, type LoggedFailure } from '../../process/error-log.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import type { Pool } from '../pool/pool.ts';
import type { PendingLines } from '../pool/pending-lines.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { Worker } from '../pool/worker.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import type { LastLines } from './last-lines.ts';
import type { FedProcess, Feeding, ProcessState } from './feeding.ts';

export interface BorrowedWorkerOptions extends Omit<ChannelOptions, 'onEnd'> {
  pool: Pool;
  worker: Worker;
  /** Whether it waited. */
  warm: boolean;
  /** Whether it was given the setup already. */
  prepared: boolean;
  feeding: Feeding;
}

/** After these a process is in a state that nobody knows, or has a login of which it would make the wrong request. */
const spoiling: ReadonlySet<ErrorCode> = new Set(['NOT_LOGGED_IN', 'CLI_PROTOCOL', 'CLI_FAILED', 'INTERNAL']);

/**
 * A worker for the time of one turn. It goes back to the pool once, as soon as the turn is over in whatever way: also
 * when it is aborted or takes too long while nobody reads the answer.
 */
export class BorrowedWorker implements FedProcess {
  readonly feeding: Feeding;
  readonly #options: BorrowedWorkerOptions;
  readonly #channel: Channel;
  /** By the clock that the CLI's log goes by. */
  readonly #startedAt = Date.now();
  #isBorrowed = true;

  constructor(options: BorrowedWorkerOptions) {
    const { signal, turnTimeoutMs, idleTimeoutMs, worker, feeding } = options;
    this.#options = options;
    this.feeding = feeding;
    const onEnd = () => {
      this.#return(false);
    };
    this.#channel = new Channel(worker, { signal, turnTimeoutMs, idleTimeoutMs, onEnd });
  }

  get model(): string {
    return this.#options.worker.model;
  }

  /** As it was handed out. */
  get state(): ProcessState {
    const { prepared, worker } = this.#options;
    return { isSetUp: prepared, isUsed: worker.turns > 1 };
  }

  /** Whether the turn failed with the process alone: it had waited, perhaps for long, and the model was not asked yet. */
  isReplaceable(error: unknown): boolean {
    const { warm, feeding } = this.#options;
    return warm && !feeding.isAsked && error instanceof HarnessError && error.code === 'CLI_FAILED';
  }

  async setUp(setup: Setup, lines: readonly object[]): Promise<void> {
    this.#channel.assertOpen();
    this.#options.worker.adopt(setup.key);
    await this.#channel.send([...setup.lines, ...lines]);
  }

  send(messages: readonly object[]): Promise<void> {
    return this.#channel.send(messages);
  }

  receive(): Promise<CliMessage> {
    return this.#channel.receive();
  }

  /** What the API has refused in this turn so far, oldest first. */
  loggedFailures(): Promise<LoggedFailure[]> {
    return readErrorLog(this.#options.worker.errorLog, this.#startedAt);
  }

  /** The turn has failed; the process is ended where it cannot be trusted any more. */
  failed(error: unknown): void {
    this.#return(!(error instanceof HarnessError) || spoiling.has(error.code));
  }

  giveBack(): void {
    this.#return(false);
  }

  /** The answer is complete, so that the CLI has nothing more to do than to end the turn, and is let do it. */
  giveBackAnswered(lastLines: LastLines): void {
    this.#return(false, (lines) => lastLines.read(lines));
  }

  #return(isSpoiled: boolean, finish: (lines: PendingLines) => Promise<void> = () => Promise.resolve()): void {
    if (!this.#isBorrowed) return;
    this.#isBorrowed = false;
    // Within the constructor's own call the channel may not be there yet.
    queueMicrotask(() => {
      this.#channel.dispose();
    });
    const { pool, worker, feeding } = this.#options;
    if (isSpoiled) {
      pool.release(worker, 'failed');
      return;
    }
    // An interrupt would keep the CLI from saying how much of the plan is used.
    const finished = finish(worker.lines);
    pool.giveBack(worker, () => finished.then(() => feeding.empty(worker.lines)), finished);
  }
}
