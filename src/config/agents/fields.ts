import { z } from 'zod';
import { nearestOf } from '../nearest-name.ts';

/**
 * A map with these keys and no others. As elsewhere in the file, null counts as not set. The message about unknown keys
 * has a line for each.
 */
export function fields<S extends z.ZodRawShape>(shape: S, of: string) {
  const names = Object.keys(shape);
  const error: z.core.$ZodErrorMap = (issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown key; the nearest known one is ${nearestOf(key, names)}`).join('\n')
      : `expected ${of}: a map`;
  return z.preprocess(withoutNulls, z.strictObject(shape, { error }));
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}
