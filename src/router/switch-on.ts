import { isScalar } from 'yaml';
import { removeEntry } from './edits.ts';
import { fieldOf } from './entry.ts';
import { RouterFileError } from './errors.ts';
import { findPlace } from './find-place.ts';
import { afterLastLine, lineStart, nextLineStart, splitLines } from './lines.ts';
import { findFlagMark, findLinesMarks, type FlagMark, type LinesMark } from './marks.ts';
import { applySplices, type Splice } from './splice.ts';
import { setFlag } from './switch-off.ts';
import type { Step } from './step.ts';
import { parseRouterYaml } from './yaml-document.ts';

/**
 * The step that undoes the first thing that was switched off under that name. Undefined when there is none left. Throws
 * `RouterFileError` when the lines under a mark are not what was left there.
 */
export function switchOn(text: string, name: string): Step | undefined {
  const flag = findFlagMark(text, name);
  if (flag !== undefined) return restoreFlag(text, flag);
  const [lines] = findLinesMarks(text, name);
  return lines === undefined ? undefined : restoreLines(text, lines);
}

function restoreFlag(text: string, { offset, mark, was }: FlagMark): Step {
  const place = findPlace(parseRouterYaml(text));
  const entry = place.entries.find(({ start, end }) => start < offset && offset <= afterLastLine(text, end));
  const flags = [entry && fieldOf(entry, 'enabled'), entry && fieldOf(entry, 'disabled')];
  const flag = flags.find((field) => field?.valueNode?.range?.[1] === offset);
  if (entry === undefined || !isScalar(flag?.valueNode)) throw changed(text, offset);
  const word = flag.valueNode.source ?? '';
  const splice =
    was === undefined ? wholeLine(text, offset) : { offset: offset - word.length, removed: word + mark, inserted: was };
  return { splices: [splice], ...setFlag(place, entry.index, flag.key, word), backwards: true };
}

/** Takes a line out; the last one with the break before it, where the file did not end in one. */
function wholeLine(text: string, offset: number): Splice {
  const start = lineStart(text, offset);
  const end = nextLineStart(text, offset);
  if (text.endsWith('\n') || end < text.length) return { offset: start, removed: text.slice(start, end), inserted: '' };
  const from = text[start - 2] === '\r' ? start - 2 : start - 1;
  return { offset: from, removed: text.slice(from, end), inserted: '' };
}

function restoreLines(text: string, { offset, count }: LinesMark): Step {
  const start = nextLineStart(text, offset);
  const lines = splitLines(text.slice(start)).slice(0, count);
  if (lines.length < count || lines.some((line) => !line.startsWith('#'))) throw changed(text, offset);
  const removed = text.slice(offset, start) + lines.join('');
  const splice = { offset, removed, inserted: lines.map((line) => line.slice(1)).join('') };
  const after = applySplices(text, [splice]);
  const place = findPlace(parseRouterYaml(after));
  const entry = place.entries.find((candidate) => lineStart(after, candidate.start) === offset);
  if (entry === undefined) throw changed(text, offset);
  return { splices: [splice], ...removeEntry(place, entry.index), backwards: true };
}

function changed(text: string, offset: number): RouterFileError {
  const line = text.slice(0, offset).split('\n').length;
  return new RouterFileError(
    'what was switched off here has been changed since: switch it on by hand, take this comment out, and run it again',
    { line, column: 1 },
  );
}
