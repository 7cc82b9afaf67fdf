/** Runs one piece of work after the other, in the order in which they came. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** The outcome of the work; a failure concerns nobody else's. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const outcome = this.#last.then(work);
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }
}
