import { TurnDeadline, type TurnDeadlineOptions } from '../../admission/turn-deadline.ts';
import { exitError, type CliExit, type CliProcess } from '../../process/cli-process.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { onAbort } from '../../util/on-abort.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';

export type ChannelOptions = Omit<TurnDeadlineOptions, 'source'>;

/** A process seen from its turn: every wait ends, by a line or by the error that says why there is none. */
export class Channel {
  readonly #cli: CliProcess;
  readonly #deadline: TurnDeadline;
  readonly #unfollow: () => void;

  constructor(cli: CliProcess, options: ChannelOptions) {
    this.#cli = cli;
    this.#deadline = new TurnDeadline({ ...options, source: 'The claude CLI' });
    // The end of the process ends the wait for its next line.
    this.#unfollow = onAbort(this.#deadline.signal, () => void cli.stop());
  }

  async send(messages: readonly object[]): Promise<void> {
    this.#deadline.signal.throwIfAborted();
    await this.#cli.send(messages);
  }

  async receive(): Promise<CliMessage> {
    const { signal } = this.#deadline;
    signal.throwIfAborted();
    const next = await this.#deadline.listen(this.#next(signal));
    // Reject with the abort, not with the exit that it has caused.
    signal.throwIfAborted();
    if ('kind' in next) throw exitError(next, this.#cli.stderrTail);
    return next;
  }

  /** The next line, or how the process ended. */
  async #next(signal: AbortSignal): Promise<CliMessage | CliExit> {
    const message = await this.#cli.receive();
    // It may have closed its output and live on: its end is waited for no longer than a line would be.
    return message ?? unlessAborted(this.#cli.exited, signal);
  }

  /** Stops watching; the process is the pool's to end. */
  dispose(): void {
    this.#unfollow();
    this.#deadline.dispose();
  }
}
