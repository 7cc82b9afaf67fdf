import { timerDelay } from '../../util/timer-delay.ts';

/** Measures the time of a turn without the time in which it waits for a client, and calls when the limit is reached. */
export class TurnClock {
  readonly #onLimit: () => void;
  readonly #now: () => number;
  #leftMs: number;
  #runningSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number | undefined, now: () => number, onLimit: () => void) {
    this.#leftMs = limitMs ?? Infinity;
    this.#now = now;
    this.#onLimit = onLimit;
  }

  run(): void {
    if (this.#runningSince !== undefined || this.#leftMs === Infinity) return;
    this.#runningSince = this.#now();
    this.#timer = setTimeout(this.#onLimit, timerDelay(this.#leftMs));
  }

  pause(): void {
    if (this.#runningSince === undefined) return;
    clearTimeout(this.#timer);
    this.#leftMs -= this.#now() - this.#runningSince;
    this.#runningSince = undefined;
  }
}
