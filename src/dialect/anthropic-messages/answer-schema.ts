import { z } from 'zod';
import { anyObject } from '../anthropic-shared/any-object.ts';

const count = z.int().nonnegative();

/** An object of the API's or the model's, which is passed on as it is. */

/** Why an answer ended; further reasons of the API's are given as `end_turn`. */
const stopReason = z.enum([
  'end_turn',
  'max_tokens',
  'model_context_window_exceeded',
  'stop_sequence',
  'tool_use',
  'refusal',
  'pause_turn',
  'compaction',
]);

/** With further counts of the API's, such as `server_tool_use`. */
export const wireUsage = z.looseObject({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  output_tokens_details: z
    .object({ thinking_tokens: count })
    .exactOptional()
    .describe('Present where the API reports how much of the output was thinking.'),
});

const knownBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), citations: z.array(anyObject).exactOptional() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: anyObject }),
]);

/** Further kinds are passed on as the API sends them, such as those of tools that it runs. */
export const wireBlock = z.union([knownBlock, anyObject]);

const knownDelta = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('citations_delta'), citation: anyObject }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
]);

export const wireDelta = z.union([knownDelta, anyObject]);

export const wireMessage = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string().describe('The model that served the request.'),
  content: z.array(wireBlock),
  stop_reason: stopReason.nullable().describe('Null in `message_start` only.'),
  stop_sequence: z.string().nullable(),
  stop_details: anyObject.nullable().describe('Details of a refusal, where the API gives some.'),
  container: anyObject.nullable().describe('Where tools of the API have run.'),
  usage: wireUsage,
});

export const wireEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: wireMessage }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('content_block_start'), index: count, content_block: wireBlock }),
  z.object({ type: z.literal('content_block_delta'), index: count, delta: wireDelta }),
  z.object({ type: z.literal('content_block_stop'), index: count }),
  z.looseObject({
    type: z.literal('message_delta'),
    delta: z.looseObject({ stop_reason: stopReason, stop_sequence: z.string().nullable() }),
    usage: wireUsage,
  }),
  z.object({ type: z.literal('message_stop') }),
]);

export const wireError = z.object({
  type: z.literal('error'),
  error: z.object({
    type: z.string().describe('The family of the error, as the Messages API names it.'),
    message: z.string().describe('For people: what happened and what to do.'),
    details: z
      .object({
        error_code: z.string().describe("The harness's own name for what happened, more exact than the type."),
        resets_at: z.int().optional().describe('When the plan’s window opens again, in seconds since the epoch.'),
      })
      .describe('What the Messages API has no place for.'),
  }),
  request_id: z.string(),
});

/** The answer to `POST /v1/messages/count_tokens`. */
export const tokenCount = z.object({ input_tokens: count });
