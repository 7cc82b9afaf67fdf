/** More than a process needs to its first token once it has its request, less than anyone notices. */
const refillDelayMs = 100;
/** What a burst of a few requests takes. */
const longestDelayMs = 300;

/** When the pool is refilled: regularly, shortly after a process was used, and when a failed start may be tried again. */
export class RefillSchedule {
  readonly #refill: () => void;
  #tick: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  /** When it was first asked for what `#soon` is set for. */
  #soonSince = 0;
  #isStopped = false;

  constructor(refill: () => void) {
    this.#refill = refill;
  }

  /** Calls `upkeep`, and refills after it, every `ms`. */
  every(ms: number, upkeep: () => void): void {
    this.#tick = setInterval(() => {
      upkeep();
      this.#refill();
    }, ms);
  }

  /**
   * Once no process was used for a moment, and before long: one that starts would take half of a small machine from the
   * turns that are being served.
   */
  soon(): void {
    if (this.#isStopped) return;
    const now = performance.now();
    if (this.#soon === undefined) this.#soonSince = now;
    clearTimeout(this.#soon);
    const latest = this.#soonSince + longestDelayMs - now;
    this.#soon = setTimeout(
      () => {
        this.#soon = undefined;
        this.#refill();
      },
      Math.max(0, Math.min(refillDelayMs, latest)),
    );
  }

  /** After `ms`, in place of what was set before. */
  after(ms: number): void {
    clearTimeout(this.#retry);
    if (!this.#isStopped) this.#retry = setTimeout(this.#refill, ms);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#tick);
    clearTimeout(this.#retry);
    clearTimeout(this.#soon);
  }
}
