import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { isBuilt, packageFolder } from '../../util/package-folder.ts';
import names from './packaged-files.json' with { type: 'json' };

const { resolve } = createRequire(import.meta.url);
const builtFolder = join(packageFolder, 'dist/pages');

/** The files of the page under `/dashboard`, which are served as they stand. */
export const dashboardFolder = isBuilt
  ? join(builtFolder, 'dashboard')
  : join(packageFolder, 'src/http/pages/dashboard');

/** The path of a file of a package, by its name without folders; a build has a copy of each. */
export function packagedFile(name: string): string {
  if (isBuilt) return join(builtFolder, 'packaged', name);
  const found = names.find((candidate) => basename(candidate) === name);
  if (found === undefined) throw new Error(`${name} is not among the packaged files`);
  return resolve(found);
}
