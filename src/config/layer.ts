import type { ConfigProblem } from './config-error.ts';
import type { ConfigKey } from './keys.ts';

/** Where a value came from. `name` is the file's path, the variable's name, or the flag. */
export interface ConfigSource {
  kind: 'file' | 'environment' | 'flag';
  name: string;
}

export interface Assignment {
  key: ConfigKey;
  /** Not yet validated; null takes back what a layer below has set. */
  value: unknown;
  source: ConfigSource;
  /** Where to point for a mistake at `path`, which begins with the key's own. */
  where: (path: readonly PropertyKey[]) => string;
}

/** What one file, the environment, or the command line sets. */
export interface Layer {
  assignments: Assignment[];
  problems: ConfigProblem[];
}
