import { z } from 'zod';
import { formatDuration, maxDurationMs, parseDuration } from './duration.ts';
import { formatSize, parseSize } from './size.ts';

/** How a key's value is written and read. */
type KeyKind = 'text' | 'integer' | 'boolean' | 'choice' | 'duration' | 'size' | 'list' | 'map' | 'profile';

export interface KeyType {
  kind: KeyKind;
  /** What the documentation calls the type. */
  label: string;
  /** True where values must never be printed or quoted in an error. */
  secret: boolean;
  /** True where an invalid value may be a secret in the wrong place: errors must not quote it. */
  unquoted?: boolean;
  /** The same for a part of the value. */
  isSecretAt?: (path: readonly PropertyKey[]) => boolean;
}

/** The types of all keys; the builders below fill it as the schema is built. */
export const keyTypes = z.registry<KeyType>();

// Every builder gives its schema one message that starts with "expected"; the loader appends what was found.
// Files, variables and flags deliver text; callers of the schema may also pass numbers and booleans.

/** `expected` completes the sentence "expected …". */
export function text(label: string, pattern: RegExp, expected: string) {
  const error = `expected ${expected}`;
  return z.string({ error }).regex(pattern, { error }).register(keyTypes, { kind: 'text', label, secret: false });
}

/** No shell expands `~` for a service, which would look for a folder of that name. */
export function path() {
  return text('path', /^(?!~)\P{Cc}+$/u, 'a path, written out without ~');
}

/** The name of an environment variable, which people may mistake for its value. */
export function variableName() {
  const error = 'expected the name of an environment variable';
  return z
    .string({ error })
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error })
    .register(keyTypes, { kind: 'text', label: 'variable name', secret: false, unquoted: true });
}

/** Text with a custom check. `lowerCase` converts it before the check, where it is compared in lower case later. */
export function checkedText(
  label: string,
  isValid: (value: string) => boolean,
  expected: string,
  { lowerCase = false, secret = false } = {},
) {
  const error = `expected ${expected}`;
  const base = z.string({ error });
  return (lowerCase ? base.toLowerCase() : base)
    .refine(isValid, { error })
    .register(keyTypes, { kind: 'text', label, secret });
}

export function integer(min: number, max: number) {
  const label = `whole number, ${min} to ${max}`;
  const error = `expected a whole number from ${min} to ${max}`;
  const fromText = (value: unknown) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value);
  return z
    .preprocess(fromText, z.int({ error }).min(min, { error }).max(max, { error }))
    .register(keyTypes, { kind: 'integer', label, secret: false });
}

export function boolean() {
  const error = 'expected true or false';
  const fromText = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);
  return z
    .preprocess(fromText, z.boolean({ error }))
    .register(keyTypes, { kind: 'boolean', label: '`true` or `false`', secret: false });
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  const label = values.map((value) => `\`${value}\``).join(', ');
  return z
    .enum(values, { error: `expected one of ${values.join(', ')}` })
    .register(keyTypes, { kind: 'choice', label, secret: false });
}

export function numberChoice<const T extends readonly [number, ...number[]]>(values: T) {
  const error = `expected one of ${values.join(', ')}`;
  const label = values.map((value) => `\`${value}\``).join(', ');
  const fromText = (value: unknown) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);
  return z
    .preprocess(fromText, z.literal([...values], { error }))
    .register(keyTypes, { kind: 'choice', label, secret: false });
}

/**
 * Milliseconds from `0` or from a duration with a unit. `zero: false` where 0 would fail everything at once; `maxMs`
 * where no timer is involved and the duration may be longer.
 */
export function duration({ zero, maxMs = maxDurationMs }: { zero: boolean; maxMs?: number }) {
  const longest = formatDuration(maxMs);
  const bounds = `${zero ? '' : 'more than 0 and '}at most ${longest}`;
  const error = `expected a duration with a unit such as 250ms, 30s, 10m or 1h30m, ${bounds}`;
  const label = `${zero ? 'duration' : 'duration over 0'}${maxMs === maxDurationMs ? '' : `, at most ${longest}`}`;
  const fromText = (value: unknown) =>
    typeof value === 'string' ? parseDuration(value, maxMs) : value === 0 ? 0 : undefined;
  return z
    .preprocess(fromText, z.number({ error }).min(zero ? 0 : 1, { error }))
    .register(keyTypes, { kind: 'duration', label, secret: false });
}

/** Bytes from a size with a unit; bounds in bytes. */
export function size(min: number, max: number) {
  const range = `${formatSize(min)} to ${formatSize(max)}`;
  const error = `expected a size with a unit such as 512kb or 32mb, from ${range}`;
  const fromText = (value: unknown) => (typeof value === 'string' ? parseSize(value) : undefined);
  return z
    .preprocess(fromText, z.number({ error }).min(min, { error }).max(max, { error }))
    .register(keyTypes, { kind: 'size', label: `size, ${range}`, secret: false });
}

export function list<T extends z.ZodType>(item: T, of: string, { secret = false } = {}) {
  return z
    .array(item, { error: `expected a list of ${of}` })
    .register(keyTypes, { kind: 'list', label: `list of ${of}`, secret });
}

export function map<K extends z.ZodType<string, string>, V extends z.ZodType<string>>(
  key: K,
  value: V,
  of: string,
  { secret = false } = {},
) {
  return (
    z
      .record(key, value, { error: `expected a map of ${of}` })
      // Without a prototype, so that looking up `constructor` finds nothing.
      .transform((entries) => Object.assign(Object.create(null) as Record<string, string>, entries))
      .register(keyTypes, { kind: 'map', label: `map of ${of}`, secret })
  );
}
