/** How far back requests count. */
const spanMs = 60 * 60_000;
/** Of more the pace is as well known. */
const maxTimes = 200;

/** How quickly requests of batches are answered at present. */
export class Pace {
  readonly #now: () => number;
  readonly #times: number[] = [];

  /** Milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** One was answered. */
  note(): void {
    this.#times.push(this.#now());
    if (this.#times.length > maxTimes) this.#times.shift();
  }

  /** Requests an hour; undefined where too few were answered lately. */
  get perHour(): number | undefined {
    const now = this.#now();
    const recent = this.#times.filter((at) => now - at < spanMs);
    const [first] = recent;
    if (first === undefined || recent.length < 3 || now <= first) return undefined;
    return ((recent.length - 1) / (now - first)) * 60 * 60_000;
  }
}
