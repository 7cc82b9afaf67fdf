import { z } from 'zod';
import { maxNamespaceChars } from '../../core/cache.ts';
import { flag } from './function-schema.ts';
import { expected } from './schema-errors.ts';

const seconds = z.number({ error: expected('a number of seconds') }).min(0, { error: 'must be at least 0.' });

/** What a request says of the response cache, in the names that LiteLLM's clients use. */
export const cacheFields = z.strictObject(
  {
    ttl: seconds.nullish(),
    's-maxage': seconds.nullish(),
    'no-cache': flag.nullish(),
    'no-store': flag.nullish(),
    namespace: z
      .string({ error: expected('a string') })
      .max(maxNamespaceChars, { error: `must be at most ${maxNamespaceChars} characters long.` })
      .nullish(),
  },
  { error: expected('an object with ttl, s-maxage, no-cache, no-store or namespace') },
);
