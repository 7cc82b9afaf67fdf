import type { Path } from './data.ts';
import type { Splice } from './splice.ts';

/**
 * A language of configuration files, and how its text is edited. Every function throws `RouterFileError` for a text
 * with a syntax error, and `CannotSpliceError` for a place where nothing can be spliced in or out.
 */
export interface Language {
  name: 'yaml' | 'json';
  title: 'YAML' | 'JSON';
  /** The versions of the language that routers read it as; the first is the usual one. */
  versions: readonly string[];
  /** The data of a text, as plain objects. */
  read: (text: string, version?: string) => unknown;
  /** Puts a value behind the others of a map, under `key`, or of a list; a collection that is missing is made. */
  add: (text: string, path: Path, key: string | undefined, value: unknown) => Splice[];
  remove: (text: string, path: Path) => Splice[];
  /** Replaces a value, or adds it to its map. */
  set: (text: string, path: Path, value: unknown) => Splice[];
  /** The text of a whole file. */
  write: (data: unknown) => string;
}
