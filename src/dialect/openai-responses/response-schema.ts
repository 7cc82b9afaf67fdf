import { z } from 'zod';
import { outputItem } from './output-schema.ts';

const count = z.int().nonnegative();
const seconds = count.describe('Seconds since the epoch.');

export const responseUsage = z.object({
  input_tokens: count.describe('The whole prompt, cache reads and writes included.'),
  input_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }),
  output_tokens: count,
  output_tokens_details: z.object({ reasoning_tokens: count }),
  total_tokens: count,
});

export const responseStatus = z.enum(['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled']);

const echoFields = {
  background: z.boolean(),
  instructions: z.string().nullable(),
  max_output_tokens: count.nullable(),
  metadata: z.record(z.string(), z.string()),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.string().nullable(),
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }),
  store: z.boolean(),
  temperature: z.number().nullable(),
  top_p: z.number().nullable(),
  text: z.object({ format: z.looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) }) }),
  tool_choice: z.unknown().describe('As the client sent it.'),
  tools: z.array(z.unknown()).describe('As the client sent them.'),
};

/** The fields of its request that a response repeats. */
export const responseEcho = z.object(echoFields);

export const wireResponse = z.object({
  ...echoFields,
  id: z.string(),
  object: z.literal('response'),
  created_at: seconds,
  completed_at: seconds.nullable(),
  status: responseStatus,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.object({ reason: z.enum(['max_output_tokens', 'content_filter']) }).nullable(),
  model: z.string().describe('The model that served the request; until one does, the one that was asked for.'),
  output: z.array(outputItem),
  usage: responseUsage.nullable(),
  // It cannot be set, so that nothing is claimed about it.
  max_tool_calls: z.null(),
  top_logprobs: z.literal(0),
  service_tier: z.literal('default'),
  truncation: z.literal('disabled'),
});

/** The answer to `DELETE /v1/responses/{id}`. */
export const deletedResponse = z.object({
  id: z.string(),
  object: z.literal('response'),
  deleted: z.literal(true),
});

const item = z.custom<object>().meta({
  type: 'object',
  required: ['id', 'type'],
  properties: { id: { type: 'string' }, type: { type: 'string' } },
  description: 'An item of the request, with everything that the client sent.',
});

/** A page of a request's own items. */
export const itemPage = z.object({
  object: z.literal('list'),
  data: z.array(item).readonly(),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

/** The answer of `POST /v1/responses/input_tokens`. */
export const inputTokens = z.object({
  object: z.literal('response.input_tokens'),
  input_tokens: z.int().nonnegative(),
});
