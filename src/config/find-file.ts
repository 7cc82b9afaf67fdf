import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { environmentPrefix } from './keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that names the config file, as `--config` does. */
export const fileVariable = `${environmentPrefix}CONFIG`;

function userConfigFolder(env: Environment): string | undefined {
  const { XDG_CONFIG_HOME: configured, HOME: home } = env;
  // The XDG specification says to ignore relative paths.
  if (configured !== undefined && isAbsolute(configured)) return configured;
  return home === undefined || home === '' ? undefined : join(home, '.config');
}

function isPresent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Under ProtectHome= a service may not even read its home; that must not hide the file in /etc.
    return false;
  }
}

/**
 * The file to load: the requested one, whether it exists or not, else the user's or the system's, whichever exists
 * first. Undefined when there is none.
 */
export function findConfigFile(explicit: string | undefined, env: Environment, systemPath: string): string | undefined {
  const requested = explicit ?? env[fileVariable];
  if (requested !== undefined) return requested;
  const folder = userConfigFolder(env);
  const candidates = [...(folder === undefined ? [] : [join(folder, 'claude-harness', 'harness.yaml')]), systemPath];
  return candidates.find(isPresent);
}
