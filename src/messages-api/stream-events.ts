import * as z from 'zod';

/**
 * The events of a streamed answer of the Messages API, with the fields that the harness reads. Unknown events and
 * unknown fields are fine, and blocks and deltas of unknown kinds are kept as they are; a known event in an unknown shape
 * is not fine.
 */

const tokens = z.number().nullish();

const cacheCreation = z.looseObject({ ephemeral_1h_input_tokens: tokens }).nullish();

const usage = z.looseObject({
  input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_creation: cacheCreation,
  cache_read_input_tokens: tokens,
  output_tokens: tokens,
  output_tokens_details: z.object({ thinking_tokens: tokens }).nullish(),
});

const opaque = z.custom<Readonly<Record<string, unknown>>>(isRecord);

const deltas = [
  z.looseObject({ type: z.literal('text_delta'), text: z.string() }),
  z.looseObject({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.looseObject({ type: z.literal('signature_delta'), signature: z.string() }),
  z.looseObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  z.looseObject({ type: z.literal('citations_delta'), citation: z.looseObject({}) }),
] as const;

const blocks = [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('thinking') }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string() }),
] as const;

const delta = z.preprocess(
  wrapOthers(deltas, 'delta'),
  z.discriminatedUnion('type', [...deltas, z.object({ type: z.literal('opaque'), delta: opaque })]),
);
const contentBlock = z.preprocess(
  wrapOthers(blocks, 'block'),
  z.discriminatedUnion('type', [...blocks, z.object({ type: z.literal('opaque'), block: opaque })]),
);

/** What is of another kind than those is kept whole, under the name. */
function wrapOthers(known: readonly { shape: { type: z.ZodLiteral<string> } }[], name: string) {
  const types = new Set<unknown>(known.map(({ shape }) => shape.type.value));
  return (value: unknown) => (isRecord(value) && !types.has(value['type']) ? { type: 'opaque', [name]: value } : value);
}

export const streamEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ model: z.string(), usage }) }),
  z.object({ type: z.literal('content_block_start'), content_block: contentBlock }),
  z.object({ type: z.literal('content_block_delta'), delta }),
  z.object({ type: z.literal('content_block_stop') }),
  z.looseObject({
    type: z.literal('message_delta'),
    delta: z.looseObject({ stop_reason: z.string().nullish(), stop_sequence: z.string().nullish() }),
    usage: usage.nullish(),
  }),
]);

export type StreamEvent = z.infer<typeof streamEvent>;
export type StreamUsage = z.infer<typeof usage>;

const knownEvents = new Set<unknown>(streamEvent.options.map(({ shape }) => shape.type.value));

/** Whether an event is one that the harness acts on. */
export function isKnownEvent(event: unknown): boolean {
  if (!isRecord(event) || !knownEvents.has(event['type'])) return false;
  if (event['type'] === 'content_block_start') return hasType(event['content_block']);
  return event['type'] !== 'content_block_delta' || hasType(event['delta']);
}

function hasType(value: unknown): boolean {
  return isRecord(value) && typeof value['type'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
