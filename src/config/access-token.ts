import { z } from 'zod';
import { isObject } from '../core/is-object.ts';
import { roles, type AccessToken } from '../core/role.ts';
import { choice, text } from './key-types.ts';
import { ownCache } from './sections/cache.ts';
import { tokenHash } from './token-hash.ts';

const name = text(
  'name',
  /^(?!token \d+$)(?! )[^\p{C}\p{Zl}\p{Zp}]{1,64}(?<! )$/u,
  'a name of 1 to 64 characters, other than such as "token 1", which tokens without a name have',
);

/** One line for each key; none is repeated, since it may be a token in the wrong place. */
const unknownKeys: z.core.$ZodErrorMap = ({ code, keys }) =>
  code === 'unrecognized_keys' ? keys.map(() => 'expected only hash, name, role and cache').join('\n') : undefined;

const entry = z.strictObject(
  {
    hash: tokenHash,
    name: name.exactOptional(),
    role: choice(roles).prefault('client'),
    cache: ownCache.exactOptional(),
  },
  { error: unknownKeys },
);

/** A hash alone, or what is known of the token besides. Both come out the same. */
export const accessToken = z.unknown().transform((value, context): AccessToken => {
  const parsed = isObject(value) ? entry.safeParse(value) : tokenHash.safeParse(value);
  if (parsed.success) {
    return typeof parsed.data === 'string' ? { hash: parsed.data, role: 'client' } : parsed.data;
  }
  context.issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue));
  return z.NEVER;
});

/** The places of tokens whose name is that of one before: their clients would be taken for one. */
export function repeatedNames(tokens: readonly AccessToken[]): number[] {
  const names = tokens.map(({ name: given }) => given);
  return names.flatMap((given, index) => (given !== undefined && names.indexOf(given) < index ? [index] : []));
}
