import { z } from 'zod';
import { isObject } from '../core/is-object.ts';
import { roles, type AccessToken } from '../core/role.ts';
import { boolean, choice, integer, text } from './key-types.ts';
import { ownCache } from './sections/cache.ts';
import { share } from './share.ts';
import { tokenHash } from './token-hash.ts';

const name = text(
  'name',
  /^(?!token \d+$)(?! )[^\p{C}\p{Zl}\p{Zp}]{1,64}(?<! )$/u,
  'a name of 1 to 64 characters, other than such as "token 1", which tokens without a name have',
);

/** One line for each key; none is repeated, since it may be a token in the wrong place. */
const expectedOnly =
  (names: string) =>
  ({ code, keys }: z.core.$ZodRawIssue): string | undefined =>
    code === 'unrecognized_keys' ? keys.map(() => `expected only ${names}`).join('\n') : undefined;

const tokens = integer(1, Number.MAX_SAFE_INTEGER);
const costError = 'expected an amount in USD above 0, such as 2.5';
const cost = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number({ error: costError }).gt(0, { error: costError }),
);

const budget = z.strictObject(
  {
    tokens_per_day: tokens.exactOptional(),
    tokens_per_week: tokens.exactOptional(),
    cost_per_day: cost.exactOptional(),
    cost_per_week: cost.exactOptional(),
    five_hour_share: share.exactOptional(),
    seven_day_share: share.exactOptional(),
  },
  {
    error: expectedOnly(
      'tokens_per_day, tokens_per_week, cost_per_day, cost_per_week, five_hour_share and seven_day_share',
    ),
  },
);

const entry = z.strictObject(
  {
    hash: tokenHash,
    name: name.exactOptional(),
    role: choice(roles).prefault('client'),
    cache: ownCache.exactOptional(),
    budget: budget.exactOptional(),
    uses_reserve: boolean().exactOptional(),
  },
  { error: expectedOnly('hash, name, role, cache, budget and uses_reserve') },
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
