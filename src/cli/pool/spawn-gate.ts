import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';

/** Lets at most `places` processes start at a time; requests wait in order, and go before processes that are started ahead of demand. */
export class SpawnGate {
  #free: number;
  readonly #waiting = new Set<Deferred<undefined>>();

  constructor(places: number) {
    this.#free = places;
  }

  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.tryEnter()) return;
    const turn = createDeferred<undefined>();
    this.#waiting.add(turn);
    await unlessAborted(turn.promise, signal, () => {
      this.#waiting.delete(turn);
    });
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next.resolve(undefined);
  }
}
