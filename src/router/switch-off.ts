import { isScalar, parseDocument } from 'yaml';
import { changeEntry, type Edit, removeEntry } from './edits.ts';
import { type Entry, type Field, fieldOf, textOf } from './entry.ts';
import { RouterFileError } from './errors.ts';
import { insertLines, requireFinalBreak } from './insertion.ts';
import { afterLastLine, lineBreakAt, lineStart, splitLines } from './lines.ts';
import { findLinesMarks, flagMark, linesMark } from './marks.ts';
import { modelOf, otherEntries } from './own-entries.ts';
import type { Place } from './place.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import type { Step } from './step.ts';
import { fieldColumn } from './template.ts';

/** Words for on and off, in YAML 1.1 and 1.2, in lower case. */
const opposites: Readonly<Record<string, string>> = {
  true: 'false',
  false: 'true',
  yes: 'no',
  no: 'yes',
  on: 'off',
  off: 'on',
};

/**
 * The entries of a provider that is to be switched off: those of that name; else those of that type, or with that
 * prefix of their model (`anthropic/…`). Throws `RouterFileError` when there are none, unless `name` has switched them
 * off already.
 */
export function findTargets(provider: string, place: Place, text: string, name: string): Entry[] {
  const others = otherEntries(place, name);
  const candidates = [
    others.filter((entry) => entry.name === provider || textOf(fieldOf(entry, 'label')) === provider),
    others.filter((entry) => textOf(fieldOf(entry, 'type')) === provider),
    others.filter((entry) => modelOf(entry)?.startsWith(`${provider}/`)),
  ];
  const found = candidates.find((entries) => entries.length > 0) ?? [];
  if (found.length > 0 || findLinesMarks(text, name).some((mark) => mark.provider === provider)) return found;
  const names = others.map(titleOf).join(', ');
  throw new RouterFileError(`${place.label} has no provider ${provider} to switch off, only ${names || 'the harness'}`);
}

/** What people call the entry: LiteLLM's have their models' names, seldom one of their own. */
export function titleOf(entry: Entry): string {
  return entry.name ?? textOf(fieldOf(entry, 'label')) ?? '?';
}

/** Whether the entry's own flag says that it is off. */
export function isOff(entry: Entry): boolean {
  const flag = flagOf(entry);
  return flag !== undefined && wordOf(flag) !== undefined && isOffWord(flag);
}

/**
 * Switches an entry off: by its flag, by a flag such as a sibling has, or, where no provider of the file has one, by
 * making comments of its lines. What was there before is kept in a mark.
 */
export function switchOff(entry: Entry, provider: string, place: Place, text: string, name: string): Step {
  // Between brackets a mark would make a comment of the rest of the line.
  if (entry.style !== 'block') return commentOut(entry, provider, place, text, name);
  const flag = flagOf(entry);
  if (flag?.here === true && wordOf(flag) !== undefined) return turnFlag(flag, entry, place, name);
  const sample = place.entries.map(flagOf).find((other) => other !== undefined && wordOf(other) !== undefined);
  if (sample !== undefined && flag?.own !== true) return addFlag(sample, entry, place, text, name);
  return commentOut(entry, provider, place, text, name);
}

function flagOf(entry: Entry): Field | undefined {
  return fieldOf(entry, 'enabled') ?? fieldOf(entry, 'disabled');
}

/** The flag's word as it is written; undefined for anything but a plain word for on or off. */
function wordOf({ valueNode }: Field): string | undefined {
  if (!isScalar(valueNode) || quotesOf(valueNode) !== 'plain') return undefined;
  const source = valueNode.source ?? '';
  return source.toLowerCase() in opposites ? source : undefined;
}

function isOffWord(flag: Field): boolean {
  const on = ['true', 'yes', 'on'].includes(wordOf(flag)?.toLowerCase() ?? '');
  return flag.role === 'enabled' ? !on : on;
}

function turnFlag(flag: Field, entry: Entry, place: Place, name: string): Step {
  const was = wordOf(flag) ?? '';
  const [offset = 0] = flag.valueNode?.range ?? [];
  const word = inCaseOf(was, opposites[was.toLowerCase()] ?? '');
  return {
    splices: [{ offset, removed: was, inserted: word + flagMark(name, was) }],
    ...setFlag(place, entry.index, flag.key, word),
  };
}

function addFlag(sample: Field, entry: Entry, place: Place, text: string, name: string): Step {
  const was = wordOf(sample) ?? '';
  const lower = was.toLowerCase();
  const word = inCaseOf(was, isOffWord(sample) ? lower : (opposites[lower] ?? ''));
  const key = writeText(sample.key, quotesOf(sample.keyNode));
  requireFinalBreak(entry.map, text);
  const line = `${' '.repeat(fieldColumn(entry))}${key}: ${word}${flagMark(name, undefined)}`;
  return {
    splices: [insertLines(text, afterLastLine(text, entry.end), [line])],
    ...setFlag(place, entry.index, sample.key, word),
  };
}

/** Sets a flag to a word that each YAML version reads in its own way. */
export function setFlag(place: Place, entry: number, key: string, word: string): Edit {
  return changeEntry(place, entry, (map, document) => {
    // A directive in the file counts for more than the version it is parsed as.
    const version = document.directives?.yaml.version ?? '1.2';
    map.set(key, parseDocument(word, { version }).contents);
  });
}

function commentOut(entry: Entry, provider: string, place: Place, text: string, name: string): Step {
  const start = lineStart(text, entry.start);
  const removed = text.slice(start, afterLastLine(text, entry.end));
  const lines = splitLines(removed);
  const mark = linesMark(name, lines.length, provider) + lineBreakAt(text, start);
  return {
    splices: [{ offset: start, removed, inserted: mark + lines.map((line) => `#${line}`).join('') }],
    ...removeEntry(place, entry.index),
  };
}

function inCaseOf(sample: string, word: string): string {
  if (sample === sample.toUpperCase()) return word.toUpperCase();
  return /^[A-Z]/.test(sample) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
