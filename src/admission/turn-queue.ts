import type { TurnOptions } from '../core/turn-options.ts';
import { HarnessError } from '../core/errors.ts';
import { IdlePlaces, type IdlePlacesOptions } from './idle-places.ts';
import { createDeferred, type Deferred } from '../util/deferred.ts';
import { unlessAborted } from '../util/unless-aborted.ts';

/** How many turns there may be now: what is read can change, of which `limitsChanged` tells. */
export interface TurnQueueOptions {
  readonly concurrentTurns: number;
  /** How many may wait; one more is refused at once. */
  readonly queueSize: number;
  readonly queueTimeoutMs: number;
  /** When turns begin that nobody waits for. */
  idle?: Pick<IdlePlacesOptions, 'quietMs' | 'patienceMs' | 'now'>;
}

type Priority = TurnOptions['priority'];

interface Place {
  client: string;
  given: Deferred<undefined>;
}

/**
 * Bounds how many turns run at a time; the rest wait. The next place goes to the client with the fewest turns under way,
 * of several to the one that was served longest ago, and among its own to the first that came: one client with many
 * requests keeps no other from being served. Turns that nobody waits for have places of their own, and begin only where
 * one is left for who comes next.
 */
export class TurnQueue {
  readonly #options: TurnQueueOptions;
  /** In order of arrival. */
  readonly #waiting = new Set<Place>();
  readonly #activeOf = new Map<string, number>();
  /** Clients in the order in which they were given their last places. */
  readonly #served = new Set<string>();
  readonly #idle: IdlePlaces;
  /** Without the idle ones. */
  #active = 0;
  #closed = false;

  constructor(options: TurnQueueOptions) {
    this.#options = options;
    this.#idle = new IdlePlaces({
      ...options.idle,
      below: () => Math.max(1, options.concurrentTurns - 1),
      others: () => ({ active: this.#active, waiting: this.#waiting.size }),
    });
  }

  get active(): number {
    return this.#active + this.#idle.active;
  }

  /** Without the idle ones. */
  get queued(): number {
    return this.#waiting.size;
  }

  /** Refuses newcomers from now on; those who wait already get their turn. */
  close(): void {
    this.#closed = true;
    this.#idle.close();
  }

  /**
   * Waits for a place; the caller must `leave` once afterwards, as the same client and of the same priority. Throws
   * `QUEUE_FULL`, `QUEUE_TIMEOUT`, `DRAINING` or the signal's reason, and holds no place then.
   */
  async enter(signal: AbortSignal, client = '', priority?: Priority): Promise<void> {
    signal.throwIfAborted();
    if (this.#closed) throw new HarnessError('DRAINING', 'The harness is shutting down; try again in a moment.');
    if (priority === 'idle') return this.#idle.enter(signal);
    if (this.#active < this.#options.concurrentTurns) {
      this.#active += 1;
      this.#give(client);
      return;
    }
    if (this.#waiting.size >= this.#options.queueSize) this.#makeRoomFor(client);
    await this.#wait(signal, client);
  }

  leave(client = '', priority?: Priority): void {
    if (priority === 'idle') {
      this.#idle.leave();
      return;
    }
    this.#count(client, -1);
    this.#active -= 1;
    this.#giveFree();
    this.#idle.othersChanged();
  }

  /** Gives places to those that wait, if there are more now; none that was given is taken away. */
  limitsChanged(): void {
    this.#giveFree();
    this.#idle.othersChanged();
  }

  /** At once, so that a place that one turn leaves is not free for a third before the next has it. */
  #giveFree(): void {
    while (this.#active < this.#options.concurrentTurns) {
      const next = this.#next();
      if (next === undefined) return;
      this.#waiting.delete(next);
      this.#active += 1;
      this.#give(next.client);
      next.given.resolve(undefined);
    }
  }

  #next(): Place | undefined {
    const served = [...this.#served];
    const rank = ({ client }: Place): [number, number] => [this.#activeBy(client), served.indexOf(client)];
    let next: Place | undefined;
    for (const place of this.#waiting) {
      if (next === undefined || isLess(rank(place), rank(next))) next = place;
    }
    return next;
  }

  /** The queue is shared: who has more than others in it gives its last place to one who has fewer. */
  #makeRoomFor(client: string): void {
    const waiting = [...this.#waiting];
    const countOf = (name: string): number => waiting.filter((place) => place.client === name).length;
    const counts = new Map(waiting.map((place) => [place.client, countOf(place.client)]));
    const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    const full = new HarnessError('QUEUE_FULL', 'Too many requests are waiting for a turn; try again in a moment.');
    if (count <= countOf(client) + 1) throw full;
    const last = waiting.findLast((place) => place.client === most);
    if (last !== undefined) this.#refuse(last, full);
  }

  #refuse(place: Place, reason: unknown): void {
    if (this.#waiting.delete(place)) place.given.reject(reason);
  }

  async #wait(signal: AbortSignal, client: string): Promise<void> {
    const place: Place = { client, given: createDeferred<undefined>() };
    const seconds = Math.ceil(this.#options.queueTimeoutMs / 1000);
    const timer = setTimeout(() => {
      const message = `The request waited ${seconds} s for a free turn; try again later.`;
      this.#refuse(place, new HarnessError('QUEUE_TIMEOUT', message));
    }, this.#options.queueTimeoutMs);
    this.#waiting.add(place);
    try {
      await unlessAborted(place.given.promise, signal, () => {
        this.#waiting.delete(place);
      });
    } finally {
      clearTimeout(timer);
      this.#idle.othersChanged();
    }
  }

  #activeBy(client: string): number {
    return this.#activeOf.get(client) ?? 0;
  }

  #give(client: string): void {
    this.#served.delete(client);
    this.#served.add(client);
    this.#count(client, 1);
  }

  #count(client: string, change: 1 | -1): void {
    const count = this.#activeBy(client) + change;
    if (count === 0) this.#activeOf.delete(client);
    else this.#activeOf.set(client, count);
  }
}

function isLess(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];
}
