import { join } from 'node:path';
import { stateFolder } from '../util/state-folder.ts';

/** Where the state file is when the configuration does not say. */
export function defaultStatePath(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'state.db');
}
