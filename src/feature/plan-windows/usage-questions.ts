import type { Logger } from '../../core/logger.ts';
import type { PlanWindow } from '../../core/plan-windows.ts';
import type { KnownWindows } from './known-windows.ts';

/** Not more often: each question takes the CLI some time, and the API counts them. */
const askEveryMs = 5 * 60 * 1000;
/** A login that may not know its usage is not asked again and again. */
const askAgainMs = 60 * 60 * 1000;
/** From which share of a window on its use matters, though nobody looks. */
const nearFrom = 0.7;

export interface UsageQuestionsOptions {
  windows: Pick<KnownWindows, 'note' | 'current'>;
  /** Asks the CLI; `undefined` where its login may not know. */
  ask: () => Promise<readonly PlanWindow[] | undefined>;
  log: Logger;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/**
 * Asks the CLI how much of the plan is used, while somebody looks or a limit is near: the answers of turns tell it too, but not
 * what others use, nor all windows.
 */
export class UsageQuestions {
  readonly #options: UsageQuestionsOptions;
  #nextAt = -Infinity;
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UsageQuestionsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#isNear()) void this.look();
    }, askEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#nextAt = Infinity;
  }

  /** Somebody looks. Settles when the answer is there, if it is time for a question; never rejects. */
  async look(): Promise<void> {
    const { ticks } = this.#options;
    if (this.#asking === undefined && ticks() >= this.#nextAt) {
      this.#nextAt = ticks() + askEveryMs;
      this.#asking = this.#ask().finally(() => {
        this.#asking = undefined;
      });
    }
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { ask, windows, log, ticks } = this.#options;
    try {
      const found = await ask();
      if (found !== undefined) windows.note(found);
      else this.#nextAt = Math.max(this.#nextAt, ticks() + askAgainMs);
    } catch (error) {
      log.debug('the CLI could not be asked how much of the plan is used', { error });
    }
  }

  #isNear(): boolean {
    return this.#options.windows.current().some(({ utilization = 0 }) => utilization >= nearFrom);
  }
}
