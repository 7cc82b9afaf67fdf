import { isUtf8 } from 'node:buffer';

/** Tells of bytes that come piece by piece whether they are text: UTF-8 without the character NUL, which no text has. */
export class TextCheck {
  #rest: Uint8Array = new Uint8Array(0);
  #isText = true;

  push(piece: Uint8Array): void {
    if (!this.#isText) return;
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const whole = bytes.subarray(0, endOfWholeCharacters(bytes));
    this.#isText = isUtf8(whole) && !whole.includes(0);
    // A copy: whoever sends the piece may use its memory again.
    this.#rest = Uint8Array.from(bytes.subarray(whole.length));
  }

  /** At the end: a character that is not complete is none. */
  get isText(): boolean {
    return this.#isText && this.#rest.length === 0;
  }
}

/** Where a character begins that may go on in the next piece; the end where there is none. */
function endOfWholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
