import { type Entry, fieldOf } from './entry.ts';
import { CannotSpliceError } from './errors.ts';
import { findPlace } from './find-place.ts';
import { buildMissing, insertEntries } from './insert-entries.ts';
import { ownEntries } from './own-entries.ts';
import type { Place } from './place.ts';
import { Draft, type Plan } from './plan.ts';
import type { KnownRegistration, Registration } from './registration.ts';
import { removeLastEntry } from './remove-entries.ts';
import { snippetFor } from './snippet.ts';
import { findTargets, isOff, switchOff, titleOf } from './switch-off.ts';
import { chooseTemplate } from './template.ts';
import { updateEntry } from './update-entry.ts';
import { dataOf, parseRouterYaml } from './yaml-document.ts';

/**
 * Plans how a harness gets into a router's file: its entry is put after the others, or, where there is one already, its
 * address, models and priority are set. `text` is without a byte order mark. Every step is proven (`applyStep`). Throws
 * `RouterFileError` for a file that is no YAML, or a provider to switch off that it doesn't have.
 */
export function planRegister(text: string, registration: Registration): Plan {
  const known = { ...registration, models: [...new Set(registration.models)] };
  let place: Place | undefined;
  try {
    place = readPlaceOf(text);
    if (registration.models === undefined && needsModels(place)) return { kind: 'needs-models' };
    return register(text, known, place);
  } catch (error) {
    if (!(error instanceof CannotSpliceError)) throw error;
    return { kind: 'paste', reason: error.message, snippet: snippetFor(known, place, text) };
  }
}

function readPlaceOf(text: string): Place {
  const document = parseRouterYaml(text);
  // Aliases that lead nowhere, or to too much, show only here.
  dataOf(document);
  return findPlace(document);
}

/** Whether an entry of this router says what models there are. */
function needsModels({ perModel, entries }: Place): boolean {
  return perModel || entries.some((entry) => fieldOf(entry, 'models') ?? fieldOf(entry, 'model'));
}

function register(text: string, registration: KnownRegistration, first: Place): Plan {
  const { name, disable } = registration;
  const draft = new Draft(text);
  const messages: string[] = [];
  const targets = disable === undefined ? [] : findTargets(disable, first, text, name);
  const missing = buildMissing(registration, first, text, targets[0]);
  const insertion = insertEntries(missing, first, text, name);
  if (insertion !== undefined) {
    requireBlock(first);
    draft.apply(insertion);
    messages.push(`added ${name}${describeModels(registration, first)} to ${first.label}`);
  }
  if (first.perModel) removeStale(draft, registration, messages);
  updateAll(draft, registration, messages);
  if (disable !== undefined) switchOffAll(draft, disable, name, messages);
  if (draft.changes.length === 0) {
    return { kind: 'unchanged', messages: [`${name} is registered in ${first.label} already`] };
  }
  const notes = [...new Set(missing.flatMap((entry) => entry.notes))];
  return { kind: 'change', after: draft.text, changes: draft.changes, messages, notes };
}

function describeModels({ models }: KnownRegistration, place: Place): string {
  if (!needsModels(place) || models.length === 0) return '';
  return ` (${models.length === 1 ? 'model' : 'models'} ${models.join(', ')})`;
}

function removeStale(draft: Draft, { name, models }: KnownRegistration, messages: string[]): void {
  let removed = 0;
  for (;;) {
    const place = readPlaceOf(draft.text);
    const step = removeLastEntry(place, draft.text, name, models);
    if (step === undefined) break;
    requireBlock(place);
    draft.apply(step);
    removed += 1;
  }
  if (removed > 0)
    messages.push(`removed ${removed} ${removed === 1 ? 'model' : 'models'} that the harness has no more`);
}

function updateAll(draft: Draft, registration: KnownRegistration, messages: string[]): void {
  const changed = new Set<string>();
  for (;;) {
    const place = readPlaceOf(draft.text);
    const difference = updateEntry(registration, place, draft.text);
    if (difference === undefined) break;
    requireBlock(place, ownEntries(place, registration.name));
    const before = draft.text;
    draft.apply(difference.step);
    // A model with a comma in its name, in a router that separates them by commas.
    if (draft.text === before)
      throw new CannotSpliceError(`its ${difference.what} cannot be written in the way it has them`);
    changed.add(difference.what);
  }
  if (changed.size > 0)
    messages.push(`set ${[...changed].join(' and ')} of ${registration.name}, which is registered already`);
}

function switchOffAll(draft: Draft, provider: string, name: string, messages: string[]): void {
  const done: string[] = [];
  for (;;) {
    const place = readPlaceOf(draft.text);
    const target = findTargets(provider, place, draft.text, name).find((entry) => !isOff(entry));
    if (target === undefined) break;
    requireBlock(place, []);
    try {
      draft.apply(switchOff(target, provider, place, draft.text, name));
    } catch (error) {
      if (!(error instanceof CannotSpliceError)) throw error;
      throw new CannotSpliceError(`${provider} cannot be switched off: ${error.message}`);
    }
    done.push(titleOf(target));
  }
  if (done.length > 0) messages.push(`switched off ${done.join(', ')}`);
}

/** Nothing is written where entries stand between brackets: there is no line to put anything on. */
function requireBlock(place: Place, entries?: readonly Entry[]): void {
  const flow = entries === undefined ? chooseTemplate(place.entries).style === 'flow' : entries.some(isFlowEntry);
  if (place.flow || flow) throw new CannotSpliceError(`${place.label} is written in flow style, with brackets`);
}

function isFlowEntry({ style }: Entry): boolean {
  return style === 'flow';
}
