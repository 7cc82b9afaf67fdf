import type { PreviewEvent, SessionEvent } from '../../../src/core/session-event.ts';

type Watched = SessionEvent | PreviewEvent;

/** What happens, for one who watches; it is kept until it is read. */
export class Watcher implements AsyncIterable<Watched> {
  readonly #previews: boolean;
  readonly #events: Watched[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #error: Error | undefined;

  constructor(previews: boolean, signal: AbortSignal) {
    this.#previews = previews;
    // Whoever has left reads no more, as the interface allows.
    signal.addEventListener('abort', () => {
      this.#events.length = 0;
      this.end();
    });
  }

  push(event: Watched): void {
    if (!this.#previews && (event.type === 'event_start' || event.type === 'event_delta')) return;
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  fail(error: Error): void {
    this.#error = error;
    this.end();
  }

  /** What was pushed before the end still comes, unless the signal ended it. */
  async *[Symbol.asyncIterator](): AsyncIterator<Watched> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
