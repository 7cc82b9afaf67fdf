import { buildModelListEntry } from './build-model-list.ts';
import { type Built, buildProvider } from './build-provider.ts';
import { addEntries } from './edits.ts';
import type { Entry } from './entry.ts';
import type { Surroundings } from './field-values.ts';
import { insertionAfter, insertLines } from './insertion.ts';
import { modelOf, otherEntries, ownEntries } from './own-entries.ts';
import type { Place } from './place.ts';
import type { KnownRegistration } from './registration.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import type { Step } from './step.ts';
import { chooseTemplate, fieldIndent } from './template.ts';
import { pairsValue, renderItem, renderPairs } from './tree.ts';

/** A new entry: `key` names it in a map. */
export interface NewEntry extends Built {
  key: string | undefined;
}

/** The entries that are missing: one, or one for each model that has none. */
export function buildMissing(
  registration: KnownRegistration,
  place: Place,
  text: string,
  replaced?: Entry,
): NewEntry[] {
  const own = ownEntries(place, registration.name);
  if (!place.perModel) return own.length > 0 ? [] : buildEntries(registration, place, text, replaced);
  const known = own.map(modelOf);
  const models = registration.models.filter((model) => !known.includes(model));
  return buildEntries({ ...registration, models }, place, text, replaced);
}

/** All entries of a registration: one, or one for each model. */
export function buildEntries(
  registration: KnownRegistration,
  place: Place,
  text: string,
  replaced?: Entry,
): NewEntry[] {
  const others = otherEntries(place, registration.name);
  const siblings = others.length > 0 ? others : place.entries;
  const surroundings: Surroundings = { text, siblings, template: chooseTemplate(siblings), replaced };
  if (!place.perModel) {
    const key = place.shape === 'map' ? registration.name : undefined;
    return [{ key, ...buildProvider(registration, surroundings, undefined) }];
  }
  const build = place.shape === 'model_list' ? buildModelListEntry : buildProvider;
  return registration.models.map((model) => ({ key: undefined, ...build(registration, surroundings, model) }));
}

/** Puts entries after the last one. Undefined when there are none to put. */
export function insertEntries(
  entries: readonly NewEntry[],
  place: Place,
  text: string,
  name: string,
): Step | undefined {
  if (entries.length === 0) return undefined;
  const others = otherEntries(place, name);
  const { offset, spaced } = insertionAfter(place, text, others);
  const lines = entries.flatMap((entry) => [...(spaced ? [''] : []), ...renderEntry(entry, place)]);
  const values = entries.map(({ key, pairs }) => ({ key, value: pairsValue(pairs) }));
  return { splices: [insertLines(text, offset, lines)], ...addEntries(place, values) };
}

/**
 * The entry's lines as they stand in the place, without line breaks; as JSON, where the others stand between brackets.
 */
export function renderEntry({ key, pairs }: NewEntry, place: Place): string[] {
  const pad = ' '.repeat(place.column);
  const template = chooseTemplate(place.entries);
  if (place.flow || template.style !== 'block') {
    const value = JSON.stringify(pairsValue(pairs));
    if (place.flow) return [key === undefined ? value : `${JSON.stringify(key)}: ${value}`];
    return [key === undefined ? `${pad}- ${value}` : `${pad}${writeText(key, quotesOf(template.keyNode))}: ${value}`];
  }
  const indent = fieldIndent(template, place.column);
  if (key === undefined) return renderItem({ kind: 'map', indent: 0, pairs }, place.column, indent);
  return [`${pad}${writeText(key, quotesOf(template.keyNode))}:`, ...renderPairs(pairs, place.column + indent)];
}
