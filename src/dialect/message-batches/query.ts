import { z } from 'zod';
import type { BatchQuery } from '../../core/batches.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { text } from '../anthropic-shared/schema-errors.ts';

const maxLimit = 1000;
const limitError = { error: `Input should be a number from 1 to ${maxLimit}` };
const batchId = text.min(1, { error: 'Input should be the id of a batch' }).exactOptional();

export const listQuery = z.looseObject({
  limit: z.coerce.number(limitError).int(limitError).min(1, limitError).max(maxLimit, limitError).default(20),
  before_id: batchId,
  after_id: batchId,
});

/** Reads what a list of batches is limited to. Throws `INVALID_REQUEST`. */
export function fromListQuery(params: Readonly<Record<string, unknown>>): BatchQuery {
  const { limit, before_id: before, after_id: after } = readRequest(listQuery, params, 'The query could not be read.');
  return { limit, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
