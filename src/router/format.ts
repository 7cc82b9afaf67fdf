import { type Data, getIn, type Path } from './data.ts';
import type { FormatName } from './format-names.ts';
import type { Language } from './language.ts';
import type { KnownRegistration } from './registration.ts';

/** What a format writes an entry from. */
export interface Offer extends KnownRegistration {
  /** The other entries of the collection. */
  others: readonly Data[];
}

/** An entry to write; `key` names it in a map. Fields that are undefined are left out. */
export interface Entry {
  key?: string;
  value: Data;
}

/** A collection of a router's file in which the harness has entries. */
export interface Collection {
  /** Keys that lead to it from the top of the file. */
  path: readonly string[];
  /** Whether an entry was registered under a name; `key` is its key or index. */
  owns: (entry: Data, key: string | number, name: string) => boolean;
  entries: (offer: Offer) => Entry[];
  /** Where an entry that is one model of several has that model. */
  model?: Path;
  /** Where an entry has what a second run sets: the address, all its models. */
  address?: Path;
  models?: Path;
}

/** The configuration format of a router. Facts of it, not looks: what no format recognises is left alone. */
export interface Format {
  /** For `--format`. */
  name: FormatName;
  title: string;
  language: Language['name'];
  /** Whether data is of this format for certain. */
  recognises: (data: unknown) => boolean;
  /** Where the harness's entries stand; providers come first. */
  collections: (data: unknown) => [Collection, ...Collection[]];
  /** Where an entry has its priority, and which comes first; undefined where the router has none. */
  priority?: { path: Path; first: 'lowest' | 'highest'; default?: number };
  /** Whether the router does without the collection, so that it may be made, and be taken out with its last entry. */
  optional: boolean;
  /** What people call an entry, for `--disable`; the first is shown. */
  titles: (entry: Data, key: string | number) => unknown[];
  /** What the owner should know. */
  notes?: (offer: Offer, data: unknown) => string[];
}

/** What an entry is called that is one model of several. */
export function modelEntryName(name: string, model: unknown): string {
  return `${name}-${String(model)}`;
}

/** Ownership of entries that are one model each, named by `modelEntryName`; a prefix such as `openai/` is not counted. */
export function ownedByModel(id: Path, model: Path): Collection['owns'] {
  return (entry, _, name) =>
    getIn(entry, id) === modelEntryName(name, String(getIn(entry, model)).replace(/^openai\//, ''));
}

/** Ownership of entries that are named by a field, or by their key in a map. */
export const ownedByName: Collection['owns'] = (entry, _, name) => entry['name'] === name;
export const ownedByKey: Collection['owns'] = (_, key, name) => key === name;
