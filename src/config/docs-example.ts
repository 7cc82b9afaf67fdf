import { type ConfigKey, configKeys, configSections } from './keys.ts';
import { renderEntry, valueOf } from './render-yaml.ts';
import type { Config } from './schema.ts';

function indent(key: ConfigKey): string {
  return key.section === undefined ? '' : '  ';
}

function commented(key: ConfigKey, defaults: Config): string[] {
  const value = valueOf(defaults, key);
  const entry = value === undefined ? [`${indent(key)}# ${key.name}:`] : renderEntry(key, value);
  return [`${indent(key)}# ${key.description}`, ...entry];
}

/** A YAML file with every key at its default, each under its description; keys without a default are commented out. */
export function docsExample(defaults: Config): string {
  const sections = configSections.map(({ name, description }) => {
    const keys = configKeys.filter((key) => key.section === name);
    return [`# ${description}`, `${name}:`, ...keys.flatMap((key) => commented(key, defaults))].join('\n');
  });
  const topLevel = configKeys.filter((key) => key.section === undefined);
  return `${[...sections, ...topLevel.map((key) => commented(key, defaults).join('\n'))].join('\n\n')}\n`;
}
