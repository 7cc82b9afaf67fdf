import { z } from 'zod';
import { maxNamespaceChars } from '../../core/cache.ts';
import { expected, flag, text } from '../anthropic-shared/schema-errors.ts';

const seconds = z
  .number({ error: expected('a valid number') })
  .min(0, { error: 'Input should be greater than or equal to 0' });

/** What a request says of the response cache, in the names that LiteLLM's clients use. */
export const cacheFields = z.strictObject(
  {
    ttl: seconds.nullish(),
    's-maxage': seconds.nullish(),
    'no-cache': flag.nullish(),
    'no-store': flag.nullish(),
    namespace: text
      .max(maxNamespaceChars, { error: `String should have at most ${maxNamespaceChars} characters` })
      .nullish(),
  },
  { error: expected('an object with ttl, s-maxage, no-cache, no-store or namespace') },
);
