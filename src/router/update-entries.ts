import { isDeepStrictEqual } from 'node:util';
import { getIn, isRecord, type Path } from './data.ts';
import type { Draft } from './draft.ts';
import type { Collection, Format } from './format.ts';
import { isSameModel, ownEntries, wantedEntries } from './own-entries.ts';
import type { KnownRegistration } from './registration.ts';

/**
 * Sets what differs in the entries that are there already: address, models, and the priority if it was asked for;
 * nothing else is touched. Entries of models that are offered no more are taken out. Returns what was set.
 */
export function updateEntries(
  draft: Draft,
  format: Format,
  registration: KnownRegistration,
  priority: number | undefined,
): string[] {
  const done: string[] = [];
  for (const collection of format.collections(draft.data)) {
    if (removeStale(draft, collection, registration)) done.push('models');
    const wanted = wantedEntries(collection, draft.data, registration);
    for (const { path, entry } of ownEntries(collection, draft.data, registration.name)) {
      const value = wanted.find((other) => isSameModel(collection, entry, other.value))?.value;
      const set = (what: string, field: Path | undefined, isSame: (now: unknown, next: unknown) => boolean) => {
        const [now, next] = [getIn(entry, field ?? []), getIn(value, field ?? [])];
        if (field === undefined || next === undefined || isSame(now, next)) return;
        draft.set([...path, ...field], what === 'models' ? merged(now, next) : next);
        done.push(what);
      };
      set('address', collection.address, isSameOrigin);
      set(
        'models',
        collection.models,
        (now, next) => now === undefined || isDeepStrictEqual(namesOf(now), namesOf(next)),
      );
      if (priority !== undefined && 'priority' in format)
        set('priority', format.priority.path, (now, next) => Number(now ?? NaN) === next);
    }
  }
  return [...new Set(done)];
}

/** From the last to the first, so that the places of the others stay right. */
function removeStale(draft: Draft, collection: Collection, registration: KnownRegistration): boolean {
  const wanted = wantedEntries(collection, draft.data, registration);
  const stale = ownEntries(collection, draft.data, registration.name).filter(
    ({ entry }) => !wanted.some(({ value }) => isSameModel(collection, entry, value)),
  );
  for (const { path } of stale.toReversed()) draft.remove(path);
  return stale.length > 0;
}

/** What is no address, such as a variable, is the owner's own doing, and so is the path of one. */
function isSameOrigin(now: unknown, next: unknown): boolean {
  return !URL.canParse(String(now)) || new URL(String(now)).origin === new URL(String(next)).origin;
}

/** The names in a list of names, a list of maps with an `id`, or a map; in any order. */
function namesOf(models: unknown): string[] {
  const names = Array.isArray(models) ? models.map(nameOf) : Object.keys(isRecord(models) ? models : {});
  return names.toSorted();
}

function nameOf(model: unknown): string {
  return String(isRecord(model) ? model['id'] : model);
}

/** The models that are offered now, those that were offered before as their owner left them. */
function merged(now: unknown, next: unknown): unknown {
  if (Array.isArray(now) && Array.isArray(next)) {
    return next.map((model): unknown => now.find((old) => nameOf(old) === nameOf(model)) ?? model);
  }
  if (!isRecord(now) || !isRecord(next)) return next;
  return Object.fromEntries(Object.entries(next).map(([name, model]) => [name, now[name] ?? model]));
}
