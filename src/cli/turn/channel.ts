import { HarnessError } from '../../core/errors.ts';
import { exitError, type CliExit, type CliProcess } from '../../process/cli-process.ts';
import type { CliMessage } from '../../process/stream-messages.ts';

export interface ChannelOptions {
  /** The client's will; the turn ends with its reason. */
  signal: AbortSignal;
  turnTimeoutMs: number;
  /** How long the CLI may print nothing while it is listened to. */
  idleTimeoutMs: number;
}

/** A process seen from its turn: every wait ends, by a line or by the error that says why there is none. */
export class Channel {
  readonly #cli: CliProcess;
  readonly #options: ChannelOptions;
  readonly #turnTimer: NodeJS.Timeout;
  readonly #idleTimer: NodeJS.Timeout;
  #listening = false;
  #closedBy: unknown;

  constructor(cli: CliProcess, options: ChannelOptions) {
    this.#cli = cli;
    this.#options = options;
    this.#turnTimer = setTimeout(() => {
      const seconds = Math.round(options.turnTimeoutMs / 1000);
      this.#close(new HarnessError('TURN_TIMEOUT', `The turn was ended after ${seconds} s (limits.turn_timeout).`));
    }, options.turnTimeoutMs);
    this.#idleTimer = setTimeout(() => {
      // A slow client, not a silent CLI, when nobody is listening.
      if (!this.#listening) return;
      const seconds = Math.round(options.idleTimeoutMs / 1000);
      this.#close(
        new HarnessError('IDLE_TIMEOUT', `The claude CLI was silent for ${seconds} s (limits.idle_timeout).`),
      );
    }, options.idleTimeoutMs);
    options.signal.addEventListener('abort', this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
  }

  async send(messages: readonly object[]): Promise<void> {
    await this.#cli.send(messages);
  }

  async receive(): Promise<CliMessage> {
    this.#listening = true;
    this.#idleTimer.refresh();
    let next: CliMessage | CliExit | undefined;
    try {
      next = this.#closedBy === undefined ? await this.#next() : undefined;
    } finally {
      this.#listening = false;
    }
    if (next === undefined || this.#closedBy !== undefined) throw this.#closedBy as Error;
    if ('kind' in next) throw exitError(next, this.#cli.stderrTail);
    return next;
  }

  /** The next line, or how the process ended; nothing once the channel is closed. */
  async #next(): Promise<CliMessage | CliExit | undefined> {
    const message = await this.#cli.receive();
    if (message !== undefined || this.#closedBy !== undefined) return message;
    // It may have closed its output and live on: its end is waited for no longer than a line would be.
    return this.#cli.exited;
  }

  /** Stops watching; the process is the pool's to end. */
  dispose(): void {
    clearTimeout(this.#turnTimer);
    clearTimeout(this.#idleTimer);
    this.#options.signal.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#close(this.#options.signal.reason);
  };

  /** Ends the process, which ends the wait for its next line. */
  #close(reason: unknown): void {
    this.#closedBy ??= reason;
    void this.#cli.stop();
  }
}
