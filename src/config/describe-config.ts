import { profileKeys } from './agents/profile-key.ts';
import { configKeys } from './keys.ts';
import { redactConfig } from './redact.ts';
import { formatValue, valueOf } from './render-yaml.ts';
import type { Config } from './schema.ts';

/** The configuration by sections, as a file would have it, with what is secret hidden. */
export function describeConfig(config: Config): Record<string, unknown> {
  const redacted = redactConfig(config);
  const described: Record<string, unknown> = {};
  for (const key of [...configKeys, ...profileKeys(redacted)]) {
    const value = valueOf(redacted, key);
    if (value === undefined) continue;
    const { section, name } = key;
    if (section === undefined) described[name] = formatValue(key, value);
    else described[section] = { ...(described[section] as object | undefined), [name]: formatValue(key, value) };
  }
  return described;
}
