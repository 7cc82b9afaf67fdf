import { join } from 'node:path';
import { stateFolder } from '../util/state-folder.ts';

/** The path of the state file when the configuration does not set one. */
export function defaultStatePath(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'state.db');
}
