/** What stands for all values that came too late. */
export const other = 'other';

/** Values of a label: the first so many as they are, all others as `other`. So clients cannot make any number of series. */
export class BoundedLabel {
  readonly #values = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** For a value that may become one of those that are kept. */
  admit(value: string): string {
    if (this.#values.size < this.#max) this.#values.add(value);
    return this.known(value);
  }

  /** For a value that counts only where it is kept already. */
  known(value: string): string {
    return this.#values.has(value) ? value : other;
  }
}
