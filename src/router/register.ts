import { isDeepStrictEqual } from 'node:util';
import { inConfigMap } from './config-map.ts';
import { getIn, setIn } from './data.ts';
import { Draft, unproven } from './draft.ts';
import { CannotSpliceError } from './errors.ts';
import type { Collection, Format } from './format.ts';
import { providers } from './formats/providers.ts';
import { chooseFormat, formatNamed } from './known-formats.ts';
import type { Language } from './language.ts';
import { languageOf } from './language-of.ts';
import { isSameModel, otherEntries, ownEntries, wantedEntries } from './own-entries.ts';
import type { Plan } from './plan.ts';
import { choosePriority } from './priority.ts';
import type { KnownRegistration, Registration } from './registration.ts';
import { findTargets, isOff, switchOff } from './switch-off.ts';
import { planUnregister } from './unregister.ts';
import { updateEntries } from './update-entries.ts';
import { variableFor } from './api-key.ts';

/**
 * Plans how a harness gets into a router's file: its entry is put after the others, or, where there is one already, its
 * address, models and priority are set. `text` is without a byte order mark. Every step is proven (`Draft.apply`), and
 * so is that `planUnregister` gives the old bytes back. Throws `RouterFileError` for a file with a syntax error, for a
 * provider to switch off that it doesn't have, and for a priority where the router has none.
 */
export function planRegister(text: string, registration: Registration): Plan {
  const known = { ...registration, models: [...new Set(registration.models)] };
  return inConfigMap(text, (inner) => planFile(inner, known, registration.models === undefined));
}

function planFile(text: string, registration: KnownRegistration, isAsking: boolean): Plan {
  const language = languageOf(text);
  let format: Format | undefined;
  try {
    const data = language.read(text);
    format = chooseFormat(data, language, registration.format);
    if (isAsking && needsModels(format, data, registration)) return { kind: 'needs-models' };
    return register(new Draft(text, language), format, registration);
  } catch (error) {
    if (!(error instanceof CannotSpliceError)) throw error;
    return { kind: 'paste', reason: error.message, snippet: snippetFor(registration, format, language) };
  }
}

/** Whether an entry of this router says what models there are. */
function needsModels(format: Format, data: unknown, registration: KnownRegistration): boolean {
  const entries = (models: string[]) =>
    format.collections(data).map((collection) => wantedEntries(collection, data, { ...registration, models }));
  return !isDeepStrictEqual(entries([]), entries(['any']));
}

function register(draft: Draft, format: Format, asked: KnownRegistration): Plan {
  const { name, disable } = asked;
  const before = draft.text;
  const [first] = format.collections(draft.data);
  const messages: string[] = [];
  const targets = disable === undefined ? [] : findTargets(disable, draft, format, name);
  const others = otherEntries(first, draft.data, name);
  const { value, note } = choosePriority(asked.priority, format, others, targets[0]?.entry);
  const registration = { ...asked, priority: value };
  const notes = [...(note === undefined ? [] : [note]), ...notesOf(format, registration, draft.data)];
  const isNew = ownEntries(first, draft.data, name).length === 0;
  const added = format.collections(draft.data).map((collection) => addMissing(draft, collection, registration));
  if (isNew && added[0] === true) messages.push(`added ${describe(registration, format, draft)}`);
  const updated = updateEntries(draft, format, registration, asked.priority);
  if (!isNew && (updated.length > 0 || added.includes(true)))
    messages.push(
      `set ${[...new Set([...updated, ...(added.includes(true) ? ['models'] : [])])].join(' and ')} of ${name}, which is registered already`,
    );
  if (disable !== undefined) messages.push(...switchOffAll(draft, disable, format, name));
  if (draft.changes.length === 0) {
    return { kind: 'unchanged', messages: [`${name} is registered in ${first.path.join('.')} already`] };
  }
  if (isNew) proveRemoval(before, draft.text, asked);
  return { kind: 'change', after: draft.text, changes: draft.changes, messages, notes: isNew ? notes : [] };
}

function addMissing(draft: Draft, collection: Collection, registration: KnownRegistration): boolean {
  const own = ownEntries(collection, draft.data, registration.name);
  const missing = wantedEntries(collection, draft.data, registration).filter(
    ({ value }) => !own.some(({ entry }) => isSameModel(collection, entry, value)),
  );
  for (const { key, value } of missing) {
    if (key !== undefined && getIn(draft.data, [...collection.path, key]) !== undefined) {
      throw new CannotSpliceError(`${collection.path.join('.')} has ${key} for something else`);
    }
    draft.add(collection.path, key, value);
  }
  return missing.length > 0;
}

function describe(registration: KnownRegistration, format: Format, { data }: Draft): string {
  const { name, models } = registration;
  const [{ path }] = format.collections(data);
  const offers = needsModels(format, data, registration) && models.length > 0;
  const list = offers ? ` (${models.length === 1 ? 'model' : 'models'} ${models.join(', ')})` : '';
  return `${name}${list} to ${path.join('.')}`;
}

function notesOf(format: Format, registration: KnownRegistration, data: unknown): string[] {
  const [collection] = format.collections(data);
  const others = otherEntries(collection, data, registration.name);
  const written = JSON.stringify(wantedEntries(collection, data, registration));
  const variable = variableFor(registration.name);
  const key = registration.needsToken && written.includes(variable);
  return [
    ...(key ? [`set ${variable} in the router's environment to a token of the harness`] : []),
    ...(format.notes?.({ ...registration, others }, data) ?? []),
  ];
}

function switchOffAll(draft: Draft, provider: string, format: Format, name: string): string[] {
  const done: string[] = [];
  for (;;) {
    const target = findTargets(provider, draft, format, name).find(({ entry }) => !isOff(entry));
    if (target === undefined) break;
    try {
      switchOff(target, provider, draft, name);
    } catch (error) {
      if (!(error instanceof CannotSpliceError)) throw error;
      throw new CannotSpliceError(`${provider} cannot be switched off: ${error.message}`);
    }
    done.push(target.title);
  }
  return done.length > 0 ? [`switched off ${done.join(', ')}`] : [];
}

function proveRemoval(before: string, after: string, { name, format }: Registration): void {
  const removal = planUnregister(after, name, format);
  if (removal.kind !== 'change' || removal.after !== before) throw unproven();
}

/** The entry to paste by hand, from the top of a file: of the file's format, or of the most common one. */
function snippetFor(registration: KnownRegistration, chosen: Format | undefined, language: Language): string {
  const format = chosen ?? formatNamed(registration.format ?? '') ?? providers;
  const data = format.collections({}).reduce<unknown>((all, collection) => {
    const entries = wantedEntries(collection, {}, registration);
    const list = entries.map(({ value }) => value);
    return entries.every(({ key }) => key === undefined)
      ? setIn(all, collection.path, list)
      : entries.reduce((map, { key, value }) => setIn(map, [...collection.path, key ?? ''], value), all);
  }, {});
  return language.write(data);
}
