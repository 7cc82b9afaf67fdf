import type { Logger } from '../core/logger.ts';

/** How long a key that the API refused is reported as such, before a turn may prove otherwise. */
const refusedForMs = 60_000;

export interface KeyStateOptions {
  /** The name of the variable that holds the key. */
  variable: string;
  log: Logger;
  now: () => number;
}

/** What real turns have shown of the API key. */
export class KeyState {
  readonly #options: KeyStateOptions;
  #refusedUntil = 0;
  #isRefused = false;

  constructor(options: KeyStateOptions) {
    this.#options = options;
  }

  answered(): void {
    if (this.#isRefused) this.#options.log.info('the API accepts the API key again');
    this.#isRefused = false;
    this.#refusedUntil = 0;
  }

  refused(): void {
    const { log, now, variable } = this.#options;
    // Once while it lasts, not for each request.
    if (!this.#isRefused) log.error(`the API refuses the API key: replace the one in ${variable}`);
    this.#isRefused = true;
    this.#refusedUntil = now() + refusedForMs;
  }

  /** Whether a request would be refused, as far as is known. */
  get isRefused(): boolean {
    return this.#refusedUntil > this.#options.now();
  }
}
