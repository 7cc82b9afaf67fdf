import { type Document, isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Place } from './place.ts';
import type { Step } from './step.ts';

/** What a step means for the parsed document. */
export type Edit = Pick<Step, 'edit' | 'scope'>;

/** Changes the map of one entry. */
export function changeEntry(place: Place, entry: number, change: (map: YAMLMap, document: Document) => void): Edit {
  return {
    scope: { path: place.path, entry },
    edit: (document) => {
      const item = collectionAt(document, place.path).items[entry];
      const map = isMap(item) ? item : (item as Pair).value;
      if (!isMap(map)) throw new Error('the entry is no map');
      change(map, document);
    },
  };
}

/** Sets one field of an entry, by its path inside the entry. */
export function setField(place: Place, entry: number, path: readonly string[], value: unknown): Edit {
  return changeEntry(place, entry, (map, document) => {
    map.setIn(path, document.createNode(value));
  });
}

/** Takes an entry out. */
export function removeEntry(place: Place, entry: number): Edit {
  return {
    scope: { path: place.path, entry },
    edit: (document) => {
      collectionAt(document, place.path).items.splice(entry, 1);
    },
  };
}

/** Puts entries behind the others; `key` names one in a map. */
export function addEntries(place: Place, entries: readonly { key: string | undefined; value: unknown }[]): Edit {
  return {
    scope: { path: place.path },
    edit: (document) => {
      const collection = collectionAt(document, place.path);
      for (const { key, value } of entries) {
        if (isSeq(collection)) collection.items.push(document.createNode(value));
        else collection.items.push(document.createPair(key, value));
      }
    },
  };
}

/** The collection that `path` leads to, in a document of the layout that the path was read from. */
function collectionAt(document: Document, path: readonly number[]): YAMLMap | YAMLSeq {
  let node: unknown = document.contents;
  for (const index of path) node = isMap(node) ? node.items[index]?.value : undefined;
  if (!isMap(node) && !isSeq(node)) throw new Error('the path leads to no collection');
  return node;
}
