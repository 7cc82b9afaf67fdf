/** More than a process needs to its first token once it has its request, less than anyone notices. */
const refillDelayMs = 100;

/** When the pool is refilled: regularly, shortly after a process was used, and when a failed start may be tried again. */
export class RefillSchedule {
  readonly #refill: () => void;
  #tick: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
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

  /** Not at once: a process that starts would take half of a small machine from the turn that is being served. */
  soon(): void {
    if (this.#isStopped) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#refill();
    }, refillDelayMs);
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
