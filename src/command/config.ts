import { profileKeys } from '../config/agents/profile-key.ts';
import { type ConfigKey, configKeys } from '../config/keys.ts';
import { describeConfig } from '../config/describe-config.ts';
import type { ConfigSource } from '../config/layer.ts';
import type { LoadedConfig } from '../config/load.ts';
import { redactConfig } from '../config/redact.ts';
import { renderEntry, valueOf } from '../config/render-yaml.ts';
import { showName } from '../config/show-value.ts';

/**
 * Writes the effective configuration with secrets hidden: as YAML with the source of every value that was set, or as
 * JSON with the same values.
 */
export function configCommand(loaded: LoadedConfig, { json }: { json: boolean }, write: (text: string) => void): void {
  if (json) {
    write(`${JSON.stringify(describeConfig(loaded.config), undefined, 2)}\n`);
    return;
  }
  const config = redactConfig(loaded.config);
  const lines = [`# File: ${loaded.file === undefined ? 'none' : showName(loaded.file)}`];
  let section: string | undefined;
  // The agents' section is the last one, and the keys outside the sections follow.
  const [sections, topLevel] = [configKeys.filter(isInSection), configKeys.filter((key) => !isInSection(key))];
  for (const key of [...sections, ...profileKeys(config), ...topLevel]) {
    const value = valueOf(config, key);
    if (value === undefined) continue;
    if (key.section !== undefined && key.section !== section) lines.push(`${key.section}:`);
    section = key.section;
    lines.push(...renderEntry(key, value, describeSource(loaded.sources.get(key.path))));
  }
  write(`${lines.join('\n')}\n`);
}

function isInSection({ section }: ConfigKey): boolean {
  return section !== undefined;
}

function describeSource(source: ConfigSource | undefined): string | undefined {
  return source === undefined ? undefined : `${source.kind} ${showName(source.name)}`;
}
