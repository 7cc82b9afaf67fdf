import type { CliProcess } from '../../process/cli-process.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';

/**
 * The lines of a process that outlives its turns. A wait can be given up without losing the line that it was for: the
 * next reader gets it, which is the rewind after a client that left. One reader at a time.
 */
export class PendingLines {
  readonly #cli: Pick<CliProcess, 'send' | 'receive'>;
  #pending: Promise<CliMessage | undefined> | undefined;

  constructor(cli: Pick<CliProcess, 'send' | 'receive'>) {
    this.#cli = cli;
  }

  /** Writes lines in one go. What was written stays written when the wait for room in the pipe is given up. */
  async send(messages: readonly object[], signal: AbortSignal): Promise<void> {
    await unlessAborted(this.#cli.send(messages), signal);
  }

  /** The next line; `undefined` at the end of the output. Throws the signal's reason, or `CLI_PROTOCOL`. */
  async next(signal: AbortSignal): Promise<CliMessage | undefined> {
    signal.throwIfAborted();
    const pending = (this.#pending ??= this.#cli.receive());
    const line = await unlessAborted(pending, signal);
    if (this.#pending === pending) this.#pending = undefined;
    return line;
  }
}
