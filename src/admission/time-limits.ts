import { HarnessError } from '../core/errors.ts';

export interface TimeLimitsOptions {
  /** The client's will; the turn ends with its reason. */
  signal: AbortSignal;
  turnTimeoutMs: number;
  /** How long the API may be silent while it is listened to. */
  idleTimeoutMs: number;
}

/** The bounds of a turn's time, as one signal whose reason is the error that the turn ends with. */
export class TimeLimits {
  readonly #options: TimeLimitsOptions;
  readonly #controller = new AbortController();
  readonly #turnTimer: NodeJS.Timeout;
  readonly #idleTimer: NodeJS.Timeout;
  #isListening = false;

  constructor(options: TimeLimitsOptions) {
    this.#options = options;
    this.#turnTimer = setTimeout(() => {
      const seconds = Math.round(options.turnTimeoutMs / 1000);
      this.#end(new HarnessError('TURN_TIMEOUT', `The turn was ended after ${seconds} s (limits.turn_timeout).`));
    }, options.turnTimeoutMs);
    this.#idleTimer = setTimeout(() => {
      // A slow client, not a silent API, when nobody is listening.
      if (!this.#isListening) return;
      const seconds = Math.round(options.idleTimeoutMs / 1000);
      this.#end(new HarnessError('IDLE_TIMEOUT', `The API was silent for ${seconds} s (limits.idle_timeout).`));
    }, options.idleTimeoutMs);
    options.signal.addEventListener('abort', this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for what the API is to say next; the signal is its to end the wait. */
  async listen<Value>(next: Promise<Value>): Promise<Value> {
    this.#isListening = true;
    this.#idleTimer.refresh();
    try {
      return await next;
    } finally {
      this.#isListening = false;
    }
  }

  /** Waits for something that knows no signal, and throws the signal's reason when it is aborted meanwhile. */
  async bound<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this;
    let abort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      abort = () => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      if (abort !== undefined) signal.removeEventListener('abort', abort);
    }
  }

  dispose(): void {
    clearTimeout(this.#turnTimer);
    clearTimeout(this.#idleTimer);
    this.#options.signal.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#end(this.#options.signal.reason);
  };

  #end(reason: unknown): void {
    this.#controller.abort(reason);
  }
}
