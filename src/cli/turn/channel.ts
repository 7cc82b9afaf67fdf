import { TurnDeadline, type TurnDeadlineOptions } from '../../admission/turn-deadline.ts';
import { exitError, type CliExit, type CliProcess } from '../../process/cli-process.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { onAbort } from '../../util/on-abort.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import type { PendingLines } from '../pool/pending-lines.ts';

export interface ChannelOptions extends Omit<TurnDeadlineOptions, 'source'> {
  /** Called once, as soon as the turn is aborted or takes too long, whether anybody listens or not. */
  onEnd?: () => void;
}

export interface ChannelProcess {
  readonly cli: Pick<CliProcess, 'exited' | 'stderrTail'>;
  readonly lines: PendingLines;
}

/** A process seen from its turn: every wait ends, by a line or by the error that says why there is none. */
export class Channel {
  readonly #process: ChannelProcess;
  readonly #deadline: TurnDeadline;
  readonly #unfollow: () => void;

  constructor(process: ChannelProcess, { onEnd, ...options }: ChannelOptions) {
    this.#process = process;
    this.#deadline = new TurnDeadline({ ...options, source: 'The claude CLI' });
    this.#unfollow = onAbort(this.#deadline.signal, () => onEnd?.());
  }

  /** Throws where the turn is over, and has written nothing then. */
  assertOpen(): void {
    this.#deadline.signal.throwIfAborted();
  }

  async send(messages: readonly object[]): Promise<void> {
    this.assertOpen();
    const { signal } = this.#deadline;
    await this.#process.lines.send(messages, signal);
  }

  async receive(): Promise<CliMessage> {
    this.assertOpen();
    const { signal } = this.#deadline;
    const next = await this.#deadline.listen(this.#next(signal));
    // Reject with the abort, not with the exit that it may have caused.
    this.assertOpen();
    if ('kind' in next) throw exitError(next, this.#process.cli.stderrTail);
    return next;
  }

  /** The next line, or how the process ended. */
  async #next(signal: AbortSignal): Promise<CliMessage | CliExit> {
    const message = await this.#process.lines.next(signal);
    // It may have closed its output and live on: its end is waited for no longer than a line would be.
    return message ?? unlessAborted(this.#process.cli.exited, signal);
  }

  /** Stops watching; the process is the pool's to empty or to end. */
  dispose(): void {
    this.#unfollow();
    this.#deadline.dispose();
  }
}
