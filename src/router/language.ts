import { attempt } from './errors.ts';
import { jsonFile } from './json-file.ts';
import type { Path } from './data.ts';
import type { Splice } from './splice.ts';
import { yamlFile } from './yaml-file.ts';

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

/** The language of a text. YAML allows brackets too, but a file that begins with one and is JSON is edited as JSON. */
export function languageOf(text: string): Language {
  if (!/^\s*(\/[/*]|[[{])/.test(text)) return yamlFile;
  const isJson = attempt(() => jsonFile.read(text)) !== undefined;
  return isJson || attempt(() => yamlFile.read(text)) === undefined ? jsonFile : yamlFile;
}
