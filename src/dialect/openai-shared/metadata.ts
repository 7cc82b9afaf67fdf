import { z } from 'zod';
import { text } from './function-schema.ts';
import { expected } from './schema-errors.ts';

const maxPairs = 16;

/** What clients note about something that is kept for them. */
export const metadata = z
  .record(
    z.string().max(64, { error: 'must have keys of at most 64 characters.' }),
    text.max(512, { error: 'must be at most 512 characters long.' }),
    { error: expected('an object of strings') },
  )
  .refine((pairs) => Object.keys(pairs).length <= maxPairs, { error: `must contain at most ${maxPairs} pairs.` });
