import { readDirectKey } from '../config/direct-key.ts';
import type { Environment } from '../config/find-file.ts';
import type { LoadedConfig } from '../config/load.ts';
import { showName } from '../config/show-value.ts';
import { checkTunnel } from '../tunnel.ts';

/**
 * Says that a service with this configuration and environment would not refuse to start for it. Throws `ConfigError`, as
 * loading the configuration does.
 */
export function checkConfigCommand(
  { config, file }: LoadedConfig,
  env: Environment,
  print: (text: string) => void,
): void {
  readDirectKey(config, env);
  checkTunnel(config);
  print(`The configuration is valid (${file === undefined ? 'defaults, no file' : showName(file)}).\n`);
}
