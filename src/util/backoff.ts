const firstMs = 250;
const longestMs = 30_000;

/** Waiting times that double from failure to failure, from 250 ms to 30 s. Times are the caller's clock, in ms. */
export class Backoff {
  #failures = 0;
  #until = 0;

  /** Counts a failure; returns how long to wait before the next try. */
  fail(now: number): number {
    // Processes started together fail together; they are one failure.
    if (now < this.#until) return this.#until - now;
    const waitMs = Math.min(firstMs * 2 ** this.#failures, longestMs);
    this.#failures += 1;
    this.#until = now + waitMs;
    return waitMs;
  }

  remainingMs(now: number): number {
    return Math.max(0, this.#until - now);
  }

  reset(): void {
    this.#failures = 0;
    this.#until = 0;
  }
}
