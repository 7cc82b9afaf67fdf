import * as z from 'zod';

/**
 * The events of a streamed answer of the Messages API, with the fields that the harness reads. Unknown events, unknown
 * kinds of blocks and deltas, and unknown fields are fine; a known event in an unknown shape is not.
 */

const tokens = z.number().nullish();

const usage = z.object({
  input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
  output_tokens: tokens,
  output_tokens_details: z.object({ thinking_tokens: tokens }).nullish(),
});

const delta = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  z.object({ type: z.literal('citations_delta'), citation: z.looseObject({}) }),
]);

const contentBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('thinking') }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string() }),
]);

export const streamEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ model: z.string(), usage }) }),
  z.object({ type: z.literal('content_block_start'), content_block: contentBlock }),
  z.object({ type: z.literal('content_block_delta'), delta }),
  z.object({ type: z.literal('content_block_stop') }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish(), stop_sequence: z.string().nullish() }),
    usage: usage.nullish(),
  }),
]);

export type StreamEvent = z.infer<typeof streamEvent>;
export type StreamUsage = z.infer<typeof usage>;

const knownEvents = new Set<unknown>(streamEvent.options.map(({ shape }) => shape.type.value));
const knownDeltas = new Set<unknown>(delta.options.map(({ shape }) => shape.type.value));
const knownBlocks = new Set<unknown>(contentBlock.options.map(({ shape }) => shape.type.value));

/** Whether an event is one that the harness acts on. */
export function isKnownEvent(event: unknown): boolean {
  if (!isRecord(event) || !knownEvents.has(event['type'])) return false;
  if (event['type'] === 'content_block_start') return isOneOf(knownBlocks, event['content_block']);
  return event['type'] !== 'content_block_delta' || isOneOf(knownDeltas, event['delta']);
}

function isOneOf(types: ReadonlySet<unknown>, value: unknown): boolean {
  return isRecord(value) && types.has(value['type']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
