import { isScalar, parseDocument, Scalar } from 'yaml';
import { type Data, getIn, itemsOf, type Path, setIn } from './data.ts';
import type { Draft } from './draft.ts';
import { attempt, RouterFileError } from './errors.ts';
import type { Format } from './format.ts';
import { lineBreakAt, splitLines } from './lines.ts';
import { findMarks, flagMark, linesMark } from './marks.ts';
import type { Splice } from './splice.ts';
import { linesOf, parseYaml } from './yaml-file.ts';
import { nodeAt } from './yaml-layout.ts';

/** A provider to switch off. */
export interface Target {
  path: Path;
  entry: Data;
  title: string;
}

/**
 * The entries that go by a title: all with the first kind of title, such as a name, that fits any. Throws
 * `RouterFileError` when there are none, unless `name` has switched them off already.
 */
export function findTargets(provider: string, draft: Draft, format: Format, name: string): Target[] {
  const data = draft.data;
  const [{ path, owns }] = format.collections(data);
  const others = itemsOf(getIn(data, path))
    .filter(([key, entry]) => !owns(entry, key, name))
    .map(([key, entry]) => ({ path: [...path, key], entry, titles: format.titles(entry, key) }));
  const ranks = others.map(({ titles }) => titles.indexOf(provider)).filter((rank) => rank >= 0);
  const found = others.filter(({ titles }) => ranks.length > 0 && titles[Math.min(...ranks)] === provider);
  if (found.length > 0 || isMarked(draft.text, provider, name))
    return found.map(({ titles, ...target }) => ({ ...target, title: titleOf(titles) }));
  const names = others.map(({ titles }) => titleOf(titles)).join(', ');
  throw new RouterFileError(
    `${path.join('.')} has no provider ${provider} to switch off, only ${names || 'the harness'}`,
  );
}

function titleOf(titles: readonly unknown[]): string {
  return titles.find((title) => typeof title === 'string') ?? '?';
}

function isMarked(text: string, provider: string, name: string): boolean {
  return findMarks(text, name).some((mark) => mark.kind === 'lines' && mark.provider === provider);
}

/** Whether the entry's own flag says that it is off. */
export function isOff({ enabled, disabled }: { enabled?: unknown; disabled?: unknown }): boolean {
  return /^(false|no|off)$/i.test(String(enabled)) || /^(true|yes|on)$/i.test(String(disabled));
}

/**
 * Switches an entry off: by its flag, or by making comments of its lines. What was there before is kept in a mark, for
 * which JSON has no place: there, `RouterFileError` is thrown.
 */
export function switchOff({ path }: Pick<Target, 'path'>, provider: string, draft: Draft, name: string): void {
  if (draft.language.name === 'json') {
    throw new RouterFileError(
      `${provider} cannot be switched off: JSON has no place to note it for unregister; switch it off by hand`,
    );
  }
  if (turnFlag(path, draft, name)) return;
  const { start, end } = linesOf(draft.text, path);
  const removed = draft.text.slice(start, end);
  const lines = splitLines(removed);
  const mark = linesMark(name, lines.length, provider) + lineBreakAt(draft.text, start);
  const splice: Splice = { offset: start, removed, inserted: mark + lines.map((line) => `#${line}`).join('') };
  draft.apply([splice], (data) => setIn(data, path, undefined));
}

/** Words for on and off, in YAML 1.1 and 1.2. */
const opposites: Readonly<Record<string, string>> = {
  ...{ true: 'false', yes: 'no', on: 'off' },
  ...{ false: 'true', no: 'yes', off: 'on' },
};

/** Turns the word of the entry's flag, where it has a plain one on a line of its own. */
function turnFlag(path: Path, draft: Draft, name: string): boolean {
  for (const key of ['enabled', 'disabled']) {
    const { text } = draft;
    const node = flagNode(text, [...path, key]);
    const was = node?.source ?? '';
    const word = inCaseOf(was, opposites[was.toLowerCase()]);
    const [offset = 0, end = 0] = node?.range ?? [];
    // Between brackets a mark would make a comment of what follows.
    if (word === undefined || !/^[ \t]*(#|\r?$)/m.test((/^[^\n]*/.exec(text.slice(end)) ?? [''])[0])) continue;
    draft.apply([{ offset, removed: was, inserted: word + flagMark(name, was) }], (data, version) =>
      setIn(data, [...path, key], parseDocument(word, { version: version as '1.2' }).toJS()),
    );
    return true;
  }
  return false;
}

function flagNode(text: string, path: Path): Scalar | undefined {
  const node = attempt(() => nodeAt(parseYaml(text), path));
  return isScalar(node) && node.type === Scalar.PLAIN ? node : undefined;
}

function inCaseOf(sample: string, word: string | undefined): string | undefined {
  if (word === undefined || sample === sample.toLowerCase()) return word;
  return sample === sample.toUpperCase() ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
}
