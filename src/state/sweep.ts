import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Pause between steps, which leaves most of the time to requests. */
const pauseMs = 50;

/** Repeats a short step until nothing is left to do, at the start and then daily. */
export class Sweep {
  readonly #step: () => boolean;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  /** `step` returns true while there is more to do. */
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
      // The state file logs its own failures, once each.
      const level = error instanceof HarnessError ? 'debug' : 'error';
      this.#log[level]('expired entries could not be deleted', { error });
      return false;
    }
  }
}
