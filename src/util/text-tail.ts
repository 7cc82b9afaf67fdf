/** Keeps the last `maxChars` characters of a text that arrives in pieces. */
export class TextTail {
  readonly #maxChars: number;
  #text = '';

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  push(piece: string): void {
    this.#text = (this.#text + piece).slice(-this.#maxChars);
  }

  get text(): string {
    return this.#text.trim();
  }
}
