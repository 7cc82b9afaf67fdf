import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** The folder of this package, above the sources as above a build. */
export const packageFolder = folderWith('package.json', dirname(here));

const buildFolder = join(packageFolder, 'dist');

/** Whether this is the built program: it has all that it needs but native code in `dist`. */
export const isBuilt = here.startsWith(buildFolder + sep);

function folderWith(name: string, folder: string): string {
  return existsSync(join(folder, name)) || folder === dirname(folder) ? folder : folderWith(name, dirname(folder));
}
