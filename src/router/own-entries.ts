import { isDeepStrictEqual } from 'node:util';
import { type Data, getIn, itemsOf, type Path } from './data.ts';
import type { Collection, Entry } from './format.ts';
import type { KnownRegistration } from './registration.ts';

export interface OwnEntry {
  path: Path;
  entry: Data;
}

/** The entries of a collection that were registered under a name. */
export function ownEntries({ path, owns }: Collection, data: unknown, name: string): OwnEntry[] {
  return itemsOf(getIn(data, path))
    .filter(([key, entry]) => owns(entry, key, name))
    .map(([key, entry]) => ({ path: [...path, key], entry }));
}

/** All others. */
export function otherEntries({ path, owns }: Collection, data: unknown, name: string): Data[] {
  return itemsOf(getIn(data, path))
    .filter(([key, entry]) => !owns(entry, key, name))
    .map(([, entry]) => entry);
}

/** The entries to write, without the fields that are undefined. */
export function wantedEntries(
  collection: Collection,
  data: unknown,
  registration: KnownRegistration,
): (Entry & { value: Data })[] {
  const others = otherEntries(collection, data, registration.name);
  return collection
    .entries({ ...registration, others })
    .map((entry) => ({ ...entry, value: JSON.parse(JSON.stringify(entry.value)) as Data }));
}

/** Whether two entries are of the same model, where each is one. */
export function isSameModel({ model }: Collection, one: Data, other: Data): boolean {
  return model === undefined || isDeepStrictEqual(getIn(one, model), getIn(other, model));
}
