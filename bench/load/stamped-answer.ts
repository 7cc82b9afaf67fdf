import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { chatDelta } from '../support/deltas.ts';
import type { Prompt } from '../support/prompt.ts';
import { shortPrompt } from '../support/prompt.ts';

/** What makes the fake CLI write so many deltas, in equal distances or as fast as it can. */
export function promptForDeltas(count: number, perSecond?: number): Prompt {
  const pace = perSecond === undefined ? 'once' : `${perSecond} a second`;
  return { ...shortPrompt, texts: [`Send ${count} deltas at ${pace}`] };
}

/**
 * An answer as it came, read only later: a reader that parses would be a part of what is measured, and so would one that
 * keeps an object for each piece, by its collections of garbage.
 */
export class StampedAnswer {
  #bytes = Buffer.alloc(2 ** 20);
  /** Where each piece ends in `#bytes`, and when it came. */
  readonly #ends: number[] = [];
  readonly #atMs: number[] = [];

  /** Settles with the end of the stream; rejects when it breaks. */
  async read(source: Readable): Promise<void> {
    source.on('data', (piece: Buffer) => {
      const atMs = sharedClockMs();
      const end = this.#length + piece.length;
      if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * end);
      piece.copy(this.#bytes, this.#length);
      this.#ends.push(end);
      this.#atMs.push(atMs);
    });
    await finished(source);
  }

  /**
   * For each delta the milliseconds from its writing by the fake CLI to its arrival here. Throws unless `count` deltas
   * have come, in order.
   */
  waysMs(count: number, toDelta: (line: string) => string | undefined = chatDelta): number[] {
    const ways: number[] = [];
    let start = 0;
    this.#ends.forEach((end, piece) => {
      const lineEnd = this.#bytes.lastIndexOf('\n', end - 1) + 1;
      if (lineEnd <= start) return;
      for (const line of this.#bytes.toString('utf8', start, lineEnd).split('\n')) {
        const [n, writtenAt] = stampOf(toDelta(line)) ?? [];
        if (writtenAt === undefined) continue;
        if (n !== ways.length) throw new Error(`delta ${String(n)} came where ${ways.length} was due`);
        ways.push((this.#atMs[piece] ?? Number.NaN) - writtenAt * 1000);
      }
      start = lineEnd;
    });
    if (ways.length !== count) throw new Error(`${ways.length} of ${count} deltas arrived`);
    return ways;
  }

  get #length(): number {
    return this.#ends.at(-1) ?? 0;
  }
}

/** Number and time of a delta `17@4711.123456 `. */
function stampOf(delta: string | undefined): [number, number] | undefined {
  const match = /^(\d+)@([\d.]+) $/.exec(delta ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** CLOCK_MONOTONIC, which counts the same for every process of the machine. */
function sharedClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
