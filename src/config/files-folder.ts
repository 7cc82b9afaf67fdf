import { join } from 'node:path';
import type { Config } from './schema.ts';

/** Where the contents of clients' files are: as configured, or in the folder of the state file. */
export function filesFolder({ files }: Pick<Config, 'files'>, stateFolder: string): string {
  return files.path ?? join(stateFolder, 'files');
}
