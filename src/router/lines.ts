import type { Splice } from './splice.ts';

/** Line arithmetic on a text whose lines end in LF or CRLF. All offsets are UTF-16 units. */

/** Start of the line that `offset` is in. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Start of the line after the one that `offset` is in; the end of the text when there is none. */
export function nextLineStart(text: string, offset: number): number {
  const lineFeed = text.indexOf('\n', offset);
  return lineFeed === -1 ? text.length : lineFeed + 1;
}

/** End of the last line of a node that ends at `end`: a block scalar's end is at the start of a line already. */
export function afterLastLine(text: string, end: number): number {
  return end > 0 && text[end - 1] === '\n' ? end : nextLineStart(text, end);
}

/** The line break that is used around `offset`. */
export function lineBreakAt(text: string, offset: number): '\n' | '\r\n' {
  const before = offset === 0 ? -1 : text.lastIndexOf('\n', offset - 1);
  const lineFeed = before === -1 ? text.indexOf('\n') : before;
  return lineFeed > 0 && text[lineFeed - 1] === '\r' ? '\r\n' : '\n';
}

/** Whether the text ends in the middle of a line. */
export function lacksFinalBreak(text: string): boolean {
  return text !== '' && !text.endsWith('\n');
}

/** Start of the line before the one that starts at `start`, if that line is blank. */
export function blankLineBefore(text: string, start: number): number | undefined {
  if (start === 0 || text[start - 1] !== '\n') return undefined;
  const before = lineStart(text, start - 1);
  return isBlank(text.slice(before, start)) ? before : undefined;
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** The text's lines, each with its line break; their join is the text. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The end of the comments from `start` on whose columns belong there, with the blank lines between them. */
export function afterComments(text: string, start: number, belongs: (column: number) => boolean): number {
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

/**
 * The splice that puts whole lines at `offset`, in the line breaks used there. The file keeps its last line's ending.
 */
export function insertLines(text: string, offset: number, lines: readonly string[]): Splice {
  const lineBreak = lineBreakAt(text, offset);
  const body = lines.join(lineBreak);
  const inserted = offset === text.length && lacksFinalBreak(text) ? lineBreak + body : body + lineBreak;
  return { offset, removed: '', inserted };
}

/** The splice that takes whole lines out, the exact inverse of `insertLines`. */
export function removeLines(text: string, start: number, end: number): Splice {
  if (end < text.length || !lacksFinalBreak(text))
    return { offset: start, removed: text.slice(start, end), inserted: '' };
  const offset = Math.max(start - lineBreakAt(text, start).length, 0);
  return { offset, removed: text.slice(offset, end), inserted: '' };
}
