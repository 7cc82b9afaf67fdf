import type { Readable } from 'node:stream';
import { chatDelta } from '../support/deltas.ts';
import type { Prompt } from '../support/prompt.ts';
import { shortPrompt } from '../support/prompt.ts';

/** What makes the fake CLI write so many deltas, in equal distances or as fast as it can. */
export function promptForDeltas(count: number, perSecond?: number): Prompt {
  const pace = perSecond === undefined ? 'once' : `${perSecond} a second`;
  return { ...shortPrompt, texts: [`Send ${count} deltas at ${pace}`] };
}

/** A part of an answer as it came. */
interface Piece {
  bytes: Buffer;
  atMs: number;
}

/** An answer in pieces, read only later: a reader that parses would be a part of what is measured. */
export class StampedAnswer {
  readonly #pieces: Piece[] = [];

  /** Settles with the end of the stream; rejects when it breaks. */
  async read(source: Readable): Promise<void> {
    for await (const bytes of source as AsyncIterable<Buffer>) this.#pieces.push({ bytes, atMs: sharedClockMs() });
  }

  /**
   * For each delta the milliseconds from its writing by the fake CLI to its arrival here. Throws unless `count` deltas
   * have come, in order.
   */
  waysMs(count: number, toDelta: (line: string) => string | undefined = chatDelta): number[] {
    const ways: number[] = [];
    let rest = Buffer.alloc(0);
    for (const { bytes, atMs } of this.#pieces) {
      const text = Buffer.concat([rest, bytes]);
      const end = text.lastIndexOf('\n') + 1;
      rest = text.subarray(end);
      for (const line of text.toString('utf8', 0, end).split('\n')) {
        const [n, writtenAt] = stampOf(toDelta(line)) ?? [];
        if (writtenAt === undefined) continue;
        if (n !== ways.length) throw new Error(`delta ${String(n)} came where ${ways.length} was due`);
        ways.push(atMs - writtenAt * 1000);
      }
    }
    if (ways.length !== count) throw new Error(`${ways.length} of ${count} deltas arrived`);
    return ways;
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
