import type { Entry } from './entry.ts';
import { CannotSpliceError } from './errors.ts';
import {
  afterLastLine,
  blankLineBefore,
  isBlank,
  lacksFinalBreak,
  lineBreakAt,
  lineStart,
  nextLineStart,
  splitLines,
} from './lines.ts';
import type { Place } from './place.ts';
import { chompingOf, contentEnd } from './positions.ts';
import type { Splice } from './splice.ts';

/** Where new lines go, and what stands around them. */
export interface Insertion {
  offset: number;
  /** Whether a blank line stands between entries. */
  spaced: boolean;
}

/**
 * The place for a new entry: after the last one and its comments. A comment belongs to the entries when it is indented
 * more than they are; one at their own column does so too (a provider that is commented out), unless the key of the
 * next section would stand at that column as well.
 */
export function insertionAfter(place: Place, text: string, others: readonly Entry[] = place.entries): Insertion {
  const end = contentEnd(place.collection);
  const isOurs = (column: number) => column > place.column || (column === place.column && column > place.parentColumn);
  requireFinalBreak(place.collection, text);
  // Behind text that keeps its line breaks, a blank line would be more of it.
  const spaced = isSpaced(others, text) && chompingOf(place.collection) !== 'keep';
  return { offset: afterComments(text, afterLastLine(text, end), isOurs), spaced };
}

function afterComments(text: string, start: number, belongs: (column: number) => boolean): number {
  let offset = start;
  for (let line = start; line < text.length; line = nextLineStart(text, line)) {
    const end = nextLineStart(text, line);
    const content = text.slice(line, end);
    if (isBlank(content)) continue;
    if (!/^[ \t]*#/.test(content) || !belongs(content.indexOf('#'))) break;
    offset = end;
  }
  return offset;
}

/** Text of a block scalar that ends with the file, in the middle of a line, grows by a line break when lines follow. */
export function requireFinalBreak(node: unknown, text: string): void {
  const chomping = chompingOf(node);
  if (chomping === undefined || chomping === 'strip') return;
  if (lacksFinalBreak(text) && contentEnd(node) >= text.trimEnd().length) {
    throw new CannotSpliceError('its last text lacks a line break at the end, and would get one');
  }
}

/** Whether the entries, or the sections of comment and entry, are set apart by blank lines: all of them, not some. */
export function isSpaced(entries: readonly Entry[], text: string): boolean {
  const gaps = entries.slice(1).map((entry, index) => {
    const before = entries[index];
    return before === undefined ? '' : text.slice(afterLastLine(text, before.end), lineStart(text, entry.start));
  });
  return gaps.length > 0 && gaps.every((gap) => splitLines(gap).some(isBlank));
}

/**
 * The splice that puts whole lines at `offset`, in the line breaks used there. The file keeps its last line's ending.
 */
export function insertLines(text: string, offset: number, lines: readonly string[]): Splice {
  const lineBreak = lineBreakAt(text, offset);
  const body = lines.join(lineBreak);
  const inserted = offset === text.length && lacksFinalBreak(text) ? lineBreak + body : body + lineBreak;
  return { offset, removed: '', inserted };
}

/**
 * The splice that takes an entry's lines out, the exact inverse of `insertLines` with its blank line where entries are
 * `spaced`. `floor` is where the entry before ends: a blank line may be that one's.
 */
export function removeLines(text: string, entry: Entry, spaced: boolean, floor: number): Splice {
  const first = lineStart(text, entry.start);
  const blank = spaced ? blankLineBefore(text, first) : undefined;
  const start = blank !== undefined && blank >= floor ? blank : first;
  const end = afterLastLine(text, entry.end);
  if (end < text.length || !lacksFinalBreak(text))
    return { offset: start, removed: text.slice(start, end), inserted: '' };
  const lineBreak = lineBreakAt(text, start).length;
  const offset = Math.max(start - lineBreak, 0);
  return { offset, removed: text.slice(offset, end), inserted: '' };
}
