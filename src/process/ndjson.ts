import type { Readable } from 'node:stream';
import split from 'split2';
import { HarnessError } from '../core/errors.ts';

/**
 * Frames a byte stream into JSON values, one a line, decoding UTF-8 across chunk borders. Reading stops while nobody
 * pulls, so a slow consumer slows the writer down instead of filling memory. Blank lines are passed over; a line that
 * is not JSON, or longer than `maxLineBytes` characters, ends the stream with `CLI_PROTOCOL`.
 */
export function readJsonLines(source: Readable, maxLineBytes: number): AsyncIterator<unknown> {
  const lines = split(/\r?\n/, parseLine, { maxLength: maxLineBytes });
  source.on('error', (error) => lines.destroy(error));
  source.pipe(lines);
  return wrapErrors(lines[Symbol.asyncIterator](), maxLineBytes);
}

function parseLine(line: string): unknown {
  return line.trim() === '' ? undefined : (JSON.parse(line) as unknown);
}

function wrapErrors(lines: AsyncIterator<unknown>, maxLineBytes: number): AsyncIterator<unknown> {
  return {
    async next() {
      try {
        return await lines.next();
      } catch (cause) {
        const what =
          cause instanceof SyntaxError ? 'a line that is not JSON' : `a line longer than ${maxLineBytes} bytes`;
        throw new HarnessError('CLI_PROTOCOL', `The claude CLI printed ${what}.`, { cause });
      }
    },
  };
}
