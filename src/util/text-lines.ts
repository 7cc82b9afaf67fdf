/** A line, without what ends it. */
export interface TextLine {
  /** From 1. */
  number: number;
  /** Absent where it is longer than may be, or not UTF-8. */
  text?: string;
  /** Why there is no text. */
  problem?: 'too_long' | 'not_utf8';
}

const lineFeed = 0x0a;

/**
 * The lines of a text that comes in pieces, however it is cut. Of a line there are at most `maxLineBytes` in memory, and
 * what came with its end; a longer one is passed over, and what follows it is read. A mark of the byte order is left out.
 */
export async function* readTextLines(
  source: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<TextLine, void, undefined> {
  const line = new OpenLine(maxLineBytes);
  for await (const bytes of source) {
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      line.add(bytes.subarray(start, end));
      yield line.take();
      start = end + 1;
    }
    line.add(bytes.subarray(start));
  }
  if (line.hasBegun) yield line.take();
}

/** The line whose end has not come. */
class OpenLine {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #number = 1;
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get hasBegun(): boolean {
    return this.#bytes > 0;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#maxBytes) this.#pieces = [];
    else if (bytes.length > 0) this.#pieces.push(bytes);
  }

  take(): TextLine {
    const number = this.#number;
    const pieces = this.#pieces;
    const isTooLong = this.#bytes > this.#maxBytes;
    this.#number += 1;
    this.#pieces = [];
    this.#bytes = 0;
    if (isTooLong) return { number, problem: 'too_long' };
    try {
      const bytes = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      return { number, text: this.#decoder.decode(bytes).replace(/\r$/, '') };
    } catch {
      return { number, problem: 'not_utf8' };
    }
  }
}
