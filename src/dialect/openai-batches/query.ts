import { z } from 'zod';
import type { BatchQuery } from '../../core/batches.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';

const maxLimit = 100;
const whole = { error: `must be a whole number from 1 to ${maxLimit}.` };

export const listQuery = z.looseObject({
  after: z.string({ error: 'must be the id of a batch.' }).optional(),
  limit: z.coerce.number(whole).int(whole).min(1, whole).max(maxLimit, whole).default(20),
});

/** Reads what a list of batches is limited to. Throws `INVALID_REQUEST`. */
export function fromListQuery(params: Readonly<Record<string, unknown>>): BatchQuery {
  const parsed = listQuery.safeParse(params);
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The query could not be read.');
  const { after, limit } = parsed.data;
  return { limit, ...(after !== undefined && after !== '' && { after }) };
}
