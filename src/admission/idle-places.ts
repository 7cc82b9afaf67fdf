import { HarnessError } from '../core/errors.ts';
import { createDeferred, type Deferred } from '../util/deferred.ts';
import { unlessAborted } from '../util/unless-aborted.ts';

/**
 * After a turn of somebody's who waits, the next one is likely to come soon: so long none of the others begins. With half a
 * second, answers to a client that asks every 1.5 s came 30% later at p95 on two processors.
 */
const quietMs = 5000;
/** Where there is never such a pause, one begins nevertheless in this time, so that they come to an end some day. */
const patienceMs = 10_000;

export interface IdlePlacesOptions {
  /** How many turns of all kinds there may be now for another idle one to begin. */
  below: () => number;
  /** Turns of those who wait for their answers, running or waiting for a place. */
  others: () => { active: number; waiting: number };
  quietMs?: number;
  patienceMs?: number;
  /** For lengths of time, in ms. */
  now?: () => number;
}

/**
 * Places for turns that nobody waits for. One begins where no other turn runs or did so just now, and takes no place from
 * any: those of the others are counted without it. They have no timeout, and are as many as whoever begins them allows.
 */
export class IdlePlaces {
  readonly #options: IdlePlacesOptions;
  readonly #quietMs: number;
  readonly #patienceMs: number;
  readonly #now: () => number;
  /** In order of arrival. */
  readonly #waiting = new Set<Deferred<undefined>>();
  #active = 0;
  /** When the last of the others left. */
  #quietFrom = -Infinity;
  /** When one began last, or began to wait. */
  #patientFrom = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IdlePlacesOptions) {
    this.#options = options;
    this.#quietMs = options.quietMs ?? quietMs;
    this.#patienceMs = options.patienceMs ?? patienceMs;
    this.#now = options.now ?? (() => performance.now());
  }

  get active(): number {
    return this.#active;
  }

  /** Waits for a place; the caller must `leave` once afterwards. Throws the signal's reason, or `DRAINING`, and holds no place then. */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const place = createDeferred<undefined>();
    if (this.#waiting.size === 0) this.#patientFrom = this.#now();
    this.#waiting.add(place);
    this.#give();
    await unlessAborted(place.promise, signal, () => {
      this.#waiting.delete(place);
    });
  }

  leave(): void {
    this.#active -= 1;
    this.#give();
  }

  /** Another turn has begun or ended. */
  othersChanged(): void {
    const { active, waiting } = this.#options.others();
    if (active + waiting === 0) this.#quietFrom = this.#now();
    this.#give();
  }

  /** Nothing begins any more. */
  close(): void {
    clearTimeout(this.#timer);
    const draining = new HarnessError('DRAINING', 'The harness is shutting down; try again in a moment.');
    for (const place of this.#waiting) place.reject(draining);
    this.#waiting.clear();
  }

  #give(): void {
    clearTimeout(this.#timer);
    while (this.#hasRoom()) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#give();
        }, waitMs);
        this.#timer.unref();
        return;
      }
      this.#giveOne();
    }
  }

  #giveOne(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#active += 1;
    this.#patientFrom = this.#now();
    next.resolve(undefined);
  }

  #hasRoom(): boolean {
    const { below, others } = this.#options;
    const { active, waiting } = others();
    return this.#waiting.size > 0 && waiting === 0 && active + this.#active < below();
  }

  /** Until the next may begin. */
  #waitMs(): number {
    const now = this.#now();
    const patientMs = this.#patientFrom + this.#patienceMs - now;
    const isQuiet = this.#options.others().active === 0;
    return Math.ceil(isQuiet ? Math.min(this.#quietFrom + this.#quietMs - now, patientMs) : patientMs);
  }
}
