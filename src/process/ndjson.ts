import type { Readable } from 'node:stream';
import split from 'split2';
import { HarnessError } from '../core/errors.ts';
import { parseJson } from '../core/parse-json.ts';
import { coalesceReads } from './coalesce-reads.ts';

export interface JsonLines {
  next(): Promise<IteratorResult<unknown>>;
  /** Has to be called when the writer was asked for something: what comes next is waited for. */
  expectReply(): void;
  /** Ends the wait for a line, and drains what still comes, so that the writer is not stuck on it. */
  discard(): void;
}

/**
 * Frames a byte stream into JSON values, one a line, decoding UTF-8 across chunk borders. Reading stops while nobody
 * pulls, so a slow consumer slows the writer down instead of filling memory. Blank lines are passed over; a line that
 * is not JSON, or longer than `maxLineBytes` characters, ends the stream with `CLI_PROTOCOL`. Before the first value a few
 * lines of text are given to `onPreamble`: wrappers such as nvm's and asdf's print some before they run their program.
 */
export function readJsonLines(
  source: Readable,
  maxLineBytes: number,
  onPreamble: (line: string) => void = () => undefined,
): JsonLines {
  let preambleLeft = maxPreambleLines;
  const toValue = (line: string): unknown => {
    const isText = preambleLeft > 0 && line.trim() !== '' && !line.trimStart().startsWith('{');
    if (!isText || parseJson(line) !== undefined) {
      const value = parseLine(line);
      if (value !== undefined) preambleLeft = 0;
      return value;
    }
    preambleLeft -= 1;
    onPreamble(line.trimEnd());
    return undefined;
  };
  // A carriage return before it is white space in JSON, and a pattern would be looked for again and again in a long line.
  const lines = split('\n', toValue, { maxLength: maxLineBytes });
  const values = lines[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  let discarding = false;
  source.on('error', (error) => lines.destroy(error));
  source.pipe(lines);
  const expectReply = coalesceReads(source, lines);
  return {
    expectReply,
    async next() {
      try {
        return discarding ? end : await values.next();
      } catch (cause) {
        if (discarding) return end;
        const what =
          cause instanceof SyntaxError ? 'a line that is not JSON' : `a line longer than ${maxLineBytes} bytes`;
        throw new HarnessError('CLI_PROTOCOL', `The claude CLI printed ${what}.`, { cause });
      }
    },
    discard() {
      discarding = true;
      source.unpipe(lines);
      source.resume();
      lines.end();
    },
  };
}

const maxPreambleLines = 20;

const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

function parseLine(line: string): unknown {
  // A stream ends at null, so that a line which says that is passed over as well.
  return line.trim() === '' ? undefined : ((JSON.parse(line) as unknown) ?? undefined);
}
