import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Pause between steps, which leaves most of the time to requests. */
const pauseMs = 50;

/** Repeats a short step until nothing is left to do, at the start and then daily. */
export class Sweep {
  readonly #step: () => boolean | Promise<boolean>;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `step` returns true while there is more to do. */
  constructor(step: () => boolean | Promise<boolean>, log: Logger) {
    this.#step = step;
    this.#log = log;
  }

  start(): void {
    this.#runAfter(0);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #runAfter(waitMs: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), waitMs);
  }

  async #run(): Promise<void> {
    this.#runAfter((await this.#hasMore()) ? pauseMs : dayMs);
  }

  async #hasMore(): Promise<boolean> {
    try {
      return await this.#step();
    } catch (error) {
      // The state file logs its own failures, once each.
      const level = error instanceof HarnessError ? 'debug' : 'error';
      this.#log[level]('expired entries could not be deleted', { error });
      return false;
    }
  }
}
