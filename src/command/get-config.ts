import { InvalidArgumentError } from 'commander';
import { profileKey, profileKeys } from '../config/agents/profile-key.ts';
import { profileName } from '../config/agents/profile.ts';
import { type ConfigKey, configKeys, findKey } from '../config/keys.ts';
import type { LoadedConfig } from '../config/load.ts';
import { nearestOf } from '../config/nearest-name.ts';
import { nearestPath } from '../config/nearest.ts';
import { redactConfig } from '../config/redact.ts';
import { formatValue, valueOf } from '../config/render-yaml.ts';
import type { Config } from '../config/schema.ts';

/** Prints the effective value of a key on a line, for scripts: secrets hidden, nothing for a key that is not set. */
export function getConfigCommand({ config }: LoadedConfig, key: ConfigKey, print: (text: string) => void): void {
  const value = valueOf(redactConfig(config), key);
  if (value === undefined && key.kind === 'profile') throw noSuchAgent(config, key);
  if (value === undefined) return;
  const shown = formatValue(key, value);
  print(`${typeof shown === 'string' ? shown : JSON.stringify(shown)}\n`);
}

/** `limits.queue_timeout`, or `agents.NAME` */
export function parseKey(path: string): ConfigKey {
  const key = findKey(path) ?? agentOf(path);
  if (key === undefined) throw new InvalidArgumentError(`Expected a key; did you mean ${nearestPath(path)}?`);
  return key;
}

function noSuchAgent(config: Config, { path }: ConfigKey): InvalidArgumentError {
  const known = [...configKeys, ...profileKeys(config)].filter(({ section }) => section === 'agents');
  const nearest = nearestOf(
    path,
    known.map((key) => key.path),
  );
  return new InvalidArgumentError(`There is no key ${path}; did you mean ${nearest}?`);
}

function agentOf(path: string): ConfigKey | undefined {
  const [section, name = '', ...rest] = path.split('.');
  return section === 'agents' && rest.length === 0 && profileName.test(name) ? profileKey(name) : undefined;
}
