/** How far back requests count. */
const memoryMs = 5 * 60_000;
/** Assumed of a start until one has shown how long it takes. */
const assumedSpawnMs = 1000;

interface Peak {
  count: number;
  at: number;
}

/**
 * How many processes of a model are asked for faster than they can be started: what has to be ready beforehand, so that
 * the next such burst waits for none. Times are the caller's clock, in ms.
 */
export class Demand {
  readonly #now: () => number;
  #spawnMs = assumedSpawnMs;
  readonly #arrivals = new Map<string, number[]>();
  readonly #peaks = new Map<string, Peak[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long the start of a process takes at present, in ms. */
  get spawnMs(): number {
    return this.#spawnMs;
  }

  /** How long the start of a process took. */
  spawned(ms: number): void {
    this.#spawnMs += (ms - this.#spawnMs) / 4;
  }

  /** A process of `model` was asked for. */
  arrived(model: string): void {
    this.#forgetOld();
    const now = this.#now();
    const recent = [...(this.#arrivals.get(model) ?? []), now].filter((at) => now - at < this.#spawnMs);
    this.#arrivals.set(model, recent);
    // A lower peak that is older than this one can never be the highest again.
    const higher = this.#recentPeaks(model).filter(({ count }) => count > recent.length);
    this.#peaks.set(model, [...higher, { count: recent.length, at: now }]);
  }

  /** The most that were lately asked for within the time that a start takes; 0 when none were. */
  of(model: string): number {
    return this.#recentPeaks(model)[0]?.count ?? 0;
  }

  /** Clients name models as they like. */
  #forgetOld(): void {
    for (const model of this.#peaks.keys()) {
      if (this.#recentPeaks(model).length > 0) continue;
      this.#arrivals.delete(model);
      this.#peaks.delete(model);
    }
  }

  #recentPeaks(model: string): Peak[] {
    const now = this.#now();
    return (this.#peaks.get(model) ?? []).filter(({ at }) => now - at < memoryMs);
  }
}
