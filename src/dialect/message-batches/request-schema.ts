import { z } from 'zod';
import { fields } from '../anthropic-shared/read-request.ts';
import { expected, object, text } from '../anthropic-shared/schema-errors.ts';

export const maxRequests = 100_000;

export const customIdPattern = /^[a-zA-Z0-9_-]{1,64}$/;

/** One request of a batch; what `params` may be is for the endpoint to say that answers it. */
export const batchItem = fields({
  custom_id: text.regex(customIdPattern, {
    error: 'Input should be 1 to 64 letters, digits, underscores or dashes',
  }),
  params: object.meta({ type: 'object', description: 'The body of a request to /v1/messages; without stream.' }),
});

/** The whole body, which is never in memory at once; for the description. */
export const createBody = fields({
  requests: z
    .array(batchItem, { error: expected('a valid list') })
    .min(1)
    .max(maxRequests),
});
