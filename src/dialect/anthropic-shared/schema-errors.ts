import { isObject } from '../../core/is-object.ts';
import { z } from 'zod';

interface Issue {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** The Messages API's words for a field that is missing or of the wrong kind; see `invalidRequest`. */
export const expected = (what: string) => (issue: Issue) =>
  issue.input === undefined ? 'Field required' : `Input should be ${what}`;

export const text = z.string({ error: expected('a valid string') });
/** A mark for the prompt cache. */
export const cacheControl = z
  .looseObject(
    {
      type: z.string({ error: expected('a valid string') }),
      ttl: z.string({ error: expected('a valid string') }).exactOptional(),
    },
    { error: expected('an object') },
  )
  .nullable()
  .exactOptional();

export const flag = z.boolean({ error: expected('a valid boolean') });

/** Any JSON object, kept as it is. */
export const object = z.custom<Record<string, unknown>>(isObject, { error: expected('an object') });

/**
 * For a union discriminated by `type`: says which types there are, or in `others` why a known one is not among them, or
 * that the whole is not an object.
 */
export const expectedType =
  (types: readonly string[], others: (type: string) => string | undefined = () => undefined) =>
  (issue: Issue): string => {
    if (!isObject(issue.input)) return expected('an object')(issue);
    const type = issue.input['type'] ?? issue.input['role'];
    if (type === undefined) return 'Field required';
    return (typeof type === 'string' ? others(type) : undefined) ?? expected(listOf(types))(issue);
  };

export function listOf(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
