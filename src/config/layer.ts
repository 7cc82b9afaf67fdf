import type { ConfigProblem } from './config-error.ts';
import type { ConfigKey } from './keys.ts';

/** The source of a value. `name` is the file's path, the variable's name, or the flag. */
export interface ConfigSource {
  kind: 'file' | 'environment' | 'flag';
  name: string;
}

export interface Assignment {
  key: ConfigKey;
  /** Not validated yet; null unsets the value of a lower layer. */
  value: unknown;
  source: ConfigSource;
  /** The location to report for a mistake at `path`, which begins with the key's own path. */
  where: (path: readonly PropertyKey[]) => string;
}

/** The values that one source sets: the file, the environment, or the command line. */
export interface Layer {
  assignments: Assignment[];
  problems: ConfigProblem[];
}
