import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';
import { readIfThere } from './read-if-there.ts';

interface BuildInfo {
  commit: string;
  /** The day of the commit, as `2026-11-29`. */
  date: string;
}

/** The harness's own version, from its package file. */
export const version = (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string })
  .version;

/** The version with commit and date, such as `0.1.0 (abc1234, 2026-11-29)`, as far as the build knows them. */
export const fullVersion = describeVersion(version, join(packageFolder, 'dist/build-info.json'));

/** `buildInfo` is the file that `scripts/write-build-info.mjs` writes; a build without git has none. */
export function describeVersion(number: string, buildInfo: string): string {
  const text = readIfThere(buildInfo);
  if (text === undefined) return number;
  const { commit, date } = JSON.parse(text) as BuildInfo;
  return `${number} (${commit}, ${date})`;
}
