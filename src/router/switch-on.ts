import { getIn, itemsOf, type Path } from './data.ts';
import { Draft } from './draft.ts';
import { attempt, RouterFileError } from './errors.ts';
import type { Format } from './format.ts';
import { nextLineStart, splitLines } from './lines.ts';
import { findMarks, type FlagMark, type LinesMark } from './marks.ts';
import { applySplices, type Splice } from './splice.ts';
import { switchOff } from './switch-off.ts';

/**
 * Undoes what was switched off under a name, and proves it: switching it off again gives the text with the mark. Returns
 * whether there was anything. Throws `RouterFileError` when what stands at a mark is not what was left there.
 */
export function switchOn(draft: Draft, formatOf: (data: unknown) => Format, name: string): boolean {
  const marks = findMarks(draft.text, name);
  for (let [mark] = marks; mark !== undefined; [mark] = findMarks(draft.text, name)) {
    const splice = undo(draft.text, mark);
    if (splice === undefined || !isWhatWasSwitchedOff(draft, splice, mark, formatOf, name))
      throw changed(draft.text, mark);
    draft.text = applySplices(draft.text, [splice]);
    draft.changes.push([splice]);
  }
  return marks.length > 0;
}

function undo(text: string, mark: FlagMark | LinesMark): Splice | undefined {
  if (mark.kind === 'flag') {
    const word = /[A-Za-z]+$/.exec(text.slice(0, mark.offset))?.[0] ?? '';
    return { offset: mark.offset - word.length, removed: word + mark.mark, inserted: mark.was };
  }
  const start = nextLineStart(text, mark.offset);
  const lines = splitLines(text.slice(start)).slice(0, mark.count);
  if (lines.length < mark.count || lines.some((line) => !line.startsWith('#'))) return undefined;
  const removed = text.slice(mark.offset, start) + lines.join('');
  return { offset: mark.offset, removed, inserted: lines.map((line) => line.slice(1)).join('') };
}

function isWhatWasSwitchedOff(
  { text, language }: Draft,
  splice: Splice,
  mark: FlagMark | LinesMark,
  formatOf: (data: unknown) => Format,
  name: string,
): boolean {
  const before = applySplices(text, [splice]);
  const provider = mark.kind === 'lines' ? mark.provider : '';
  const again = (path: Path) => {
    const draft = new Draft(before, language);
    switchOff({ path }, provider, draft, name);
    return draft.text;
  };
  const data = attempt(() => language.read(before));
  const [collection] = attempt(() => formatOf(data).collections(data)) ?? [];
  const path = collection?.path ?? [];
  return itemsOf(getIn(data, path)).some(([key]) => attempt(() => again([...path, key])) === text);
}

function changed(text: string, { offset }: FlagMark | LinesMark): RouterFileError {
  const line = text.slice(0, offset).split('\n').length;
  return new RouterFileError(
    'what was switched off here has been changed since: switch it on by hand, take this comment out, and run it again',
    { line, column: 1 },
  );
}
