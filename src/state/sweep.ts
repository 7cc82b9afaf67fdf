import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Leaves most of the time to requests while there is much to do. */
const pauseMs = 50;

/** Runs a short step until it says that nothing is left to do: at the start, and daily. */
export class Sweep {
  readonly #step: () => boolean;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  /** `step` gives true while there is more to do. */
  constructor(step: () => boolean, log: Logger) {
    this.#step = step;
    this.#log = log;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#run();
    }, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    const waitMs = this.#hasMore() ? pauseMs : dayMs;
    this.#timer = setTimeout(() => {
      this.#run();
    }, waitMs);
  }

  #hasMore(): boolean {
    try {
      return this.#step();
    } catch (error) {
      // Trouble with the state file has a line of its own, once.
      const level = error instanceof HarnessError ? 'debug' : 'error';
      this.#log[level]('what has expired could not be deleted', { error });
      return false;
    }
  }
}
