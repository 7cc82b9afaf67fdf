import type { ConfigKey } from './keys.ts';
import { parseYaml } from './yaml.ts';

export type Setting = { value: unknown } | { problem: string };

/**
 * Reads the text of a variable or of `--set`. Lists and maps are YAML, and a list may be a single item; any other value
 * is taken as written unless it is quoted, since YAML would turn the model `1e5` into a number.
 */
export function parseSetting(key: ConfigKey, text: string): Setting {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: emptyMessage(key) };
  if (key.kind !== 'list' && key.kind !== 'map') return { value: readScalar(trimmed) };
  const { value, problems } = parseYaml(trimmed);
  const [first] = problems;
  if (first !== undefined) {
    return { problem: `expected a ${key.label} in YAML, such as ${exampleOf(key)}; ${first.message}` };
  }
  return { value: key.kind === 'list' && typeof value === 'string' ? [value] : value };
}

function readScalar(text: string): string | null {
  if (/^(~|null)$/i.test(text)) return null;
  if (!/^["']/.test(text)) return text;
  const { value, problems } = parseYaml(text);
  return problems.length === 0 && typeof value === 'string' ? value : text;
}

function exampleOf(key: ConfigKey): string {
  return key.kind === 'list' ? '[a, b]' : '{a: b}';
}

/** An empty variable is usually a template that was not filled in; treating it as unset could drop all tokens. */
function emptyMessage(key: ConfigKey): string {
  const hint = key.kind === 'list' ? '; write [] for an empty list' : key.kind === 'map' ? '; write {} for none' : '';
  return `expected a value, found nothing${hint}`;
}
