import { readFileSync, realpathSync, statSync } from 'node:fs';
import { showName } from '../../config/show-value.ts';
import { findTooDeep } from '../../config/yaml-depth.ts';
import { explainErrors } from './file-errors.ts';

/** A router's file as it was read. */
export interface RouterFile {
  /** The path that was given, safe to print. */
  shown: string;
  /** The file itself, with all symbolic links resolved. */
  path: string;
  /** Without the byte order mark, which is kept when the file is replaced. */
  text: string;
  content: Buffer;
}

/** Far more than any router's file needs. */
const maxBytes = 4 * 1024 * 1024;

/** Reads a router's file. Throws an `Error` that says what to do. */
export function readRouterFile(file: string): RouterFile {
  const shown = showName(file);
  return explainErrors(shown, () => {
    const path = realpathSync(file);
    const stats = statSync(path);
    if (stats.isDirectory()) throw new Error('it is a directory: name the file in it');
    if (!stats.isFile()) throw new Error('it is not a regular file: check --file');
    if (stats.size > maxBytes) throw new Error('it is larger than 4 MB: check --file');
    const content = readFileSync(path);
    return { shown, path, text: decode(content), content };
  });
}

function decode(content: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Error('it is not UTF-8 text: save it as UTF-8 first');
  }
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) throw new Error(`line ${tooDeep.line} is nested too deeply: check --file`);
  return text;
}
