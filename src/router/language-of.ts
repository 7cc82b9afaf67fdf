import { attempt } from './errors.ts';
import { jsonFile } from './json-file.ts';
import type { Language } from './language.ts';
import { yamlFile } from './yaml-file.ts';

/** The language of a text. YAML allows brackets too, but a file that begins with one and is JSON is edited as JSON. */
export function languageOf(text: string): Language {
  if (!/^\s*(\/[/*]|[[{])/.test(text)) return yamlFile;
  const isJson = attempt(() => jsonFile.read(text)) !== undefined;
  return isJson || attempt(() => yamlFile.read(text)) === undefined ? jsonFile : yamlFile;
}
