import { createDeferred } from '../../util/deferred.ts';
import { onAbort } from '../../util/on-abort.ts';

/** The events of an answer, for whoever follows it, now or from the beginning. */
export class EventLog {
  readonly #events: object[] = [];
  #isClosed = false;
  #news = createDeferred<undefined>();

  get length(): number {
    return this.#events.length;
  }

  add(events: readonly object[]): void {
    this.#events.push(...events);
    this.#tell();
  }

  /** No more will come. */
  close(): void {
    this.#isClosed = true;
    this.#tell();
  }

  /** The events from the `start`-th on as they come, until the last one, or until `signal` aborts. */
  async *follow(start: number, signal: AbortSignal): AsyncGenerator<object, void, void> {
    const left = createDeferred<undefined>();
    const stopListening = onAbort(signal, () => {
      left.resolve(undefined);
    });
    try {
      for (let next = start; !signal.aborted;) {
        const event = this.#events[next];
        if (event !== undefined) {
          next += 1;
          yield event;
        } else if (this.#isClosed) return;
        else await Promise.race([this.#news.promise, left.promise]);
      }
    } finally {
      stopListening();
    }
  }

  #tell(): void {
    this.#news.resolve(undefined);
    this.#news = createDeferred();
  }
}
