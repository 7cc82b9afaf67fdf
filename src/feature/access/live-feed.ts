import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { onAbort } from '../../util/on-abort.ts';
import type { AccessRow } from './access-row.ts';

/** What a watcher sees: a finished request, or how many it has missed since it read too slowly. */
export type LiveAccess = { type: 'request'; row: AccessRow } | { type: 'missed'; count: number };

/** How many rows are at hand for all watchers together. */
const keptRows = 1024;

/** Finished requests as they come. It keeps nothing that grows with the number of watchers: each has a place, no queue. */
export class LiveFeed {
  #rows: AccessRow[] = [];
  /** How many there were before the first of `#rows`. */
  #gone = 0;
  #news: Deferred<undefined> = createDeferred();

  publish(row: AccessRow): void {
    this.#rows.push(row);
    // Seldom, since each time copies all that is kept.
    if (this.#rows.length >= 2 * keptRows) {
      this.#rows = this.#rows.slice(-keptRows);
      this.#gone += keptRows;
    }
    this.#news.resolve(undefined);
    this.#news = createDeferred();
  }

  /** What finishes from now on, until `signal` aborts. */
  follow(signal: AbortSignal): AsyncIterable<LiveAccess> {
    return this.#from(this.#gone + this.#rows.length, signal);
  }

  async *#from(start: number, signal: AbortSignal): AsyncGenerator<LiveAccess> {
    let place = start;
    for (;;) {
      if (place < this.#gone) {
        yield { type: 'missed', count: this.#gone - place };
        place = this.#gone;
      }
      const row = this.#rows[place - this.#gone];
      if (row !== undefined) {
        place += 1;
        yield { type: 'request', row };
      } else if (signal.aborted) {
        return;
      } else {
        await newsOrAbort(this.#news.promise, signal);
      }
    }
  }
}

async function newsOrAbort(news: Promise<undefined>, signal: AbortSignal): Promise<void> {
  const woken = createDeferred<undefined>();
  const wake = (): void => {
    woken.resolve(undefined);
  };
  const stopListening = onAbort(signal, wake);
  void news.then(wake);
  await woken.promise;
  stopListening();
}
