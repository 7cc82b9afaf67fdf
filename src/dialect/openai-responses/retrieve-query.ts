import { z } from 'zod';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { encryptedContent } from './encrypted-content.ts';

const whole = 'must be the number of an event.';
export const retrieveQuery = z.looseObject({
  stream: z.enum(['true', 'false'], { error: 'must be true or false.' }).default('false'),
  starting_after: z.coerce.number({ error: whole }).int({ error: whole }).min(0, { error: whole }).optional(),
});

export interface RetrieveQuery {
  stream: boolean;
  /** The number of the last event that the client has; -1 for none. */
  startingAfter: number;
  includeEncrypted: boolean;
}

/** Reads the query of `GET /v1/responses/{id}`. Throws `INVALID_REQUEST`. */
export function parseRetrieveQuery(params: unknown): RetrieveQuery {
  const parsed = retrieveQuery.safeParse(params);
  if (!parsed.success) throw toRequestError(parsed.error.issues[0], 'The query could not be read.');
  const { stream, starting_after: startingAfter = -1, include, 'include[]': list } = parsed.data;
  const included = [include, list].flat();
  return { stream: stream === 'true', startingAfter, includeEncrypted: included.includes(encryptedContent) };
}
