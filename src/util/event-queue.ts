/** Above this the writer is asked to wait; a reader that keeps up never gets there. */
const roomFor = 1000;

/** Hands values from one writer to one reader, in order, until it is ended. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #end: { error?: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  push(value: T): void {
    if (this.#end !== undefined) return;
    this.#values.push(value);
    this.#wakeReader?.();
  }

  /** Settles when the reader has caught up, or the queue has ended. */
  async room(): Promise<void> {
    while (this.#values.length >= roomFor && this.#end === undefined) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
    }
  }

  /** The reader gets what was pushed before, and then the end, or the error. The first call counts. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const value = this.#values.shift();
      if (value !== undefined) {
        this.#wakeWriter?.();
        yield value;
        continue;
      }
      if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }
}
