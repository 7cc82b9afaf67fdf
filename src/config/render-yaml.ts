import { stringify } from 'yaml';
import { formatDuration } from './duration.ts';
import type { ConfigKey } from './keys.ts';
import type { Config } from './schema.ts';
import { formatSize } from './size.ts';

/** The loaded value of a key; undefined for an optional one that is not set. */
export function valueOf(config: Config, { section, name }: ConfigKey): unknown {
  const root = config as unknown as Record<string, unknown>;
  const values = section === undefined ? root : (root[section] as Record<string, unknown>);
  return values[name];
}

/** A loaded value as people write it: durations and sizes with a unit. */
export function formatValue({ kind }: ConfigKey, value: unknown): unknown {
  if (kind === 'duration') return formatDuration(value as number);
  if (kind === 'size') return formatSize(value as number);
  return value;
}

/** Lines of YAML that set a key to a loaded value, indented under its section, with a comment at the end of the first. */
export function renderEntry(key: ConfigKey, value: unknown, comment?: string): string[] {
  const text = stringify(formatValue(key, value), { lineWidth: 0, blockQuote: false }).trimEnd();
  const isBlock = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  const head = `${key.name}:${isBlock ? '' : ` ${text}`}${comment === undefined ? '' : ` # ${comment}`}`;
  const lines = isBlock ? [head, ...text.split('\n').map((line) => `  ${line}`)] : [head];
  return key.section === undefined ? lines : lines.map((line) => `  ${line}`);
}
