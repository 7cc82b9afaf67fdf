import * as z from 'zod';
import { HarnessError } from '../core/errors.ts';

/**
 * The lines of `claude --output-format stream-json` that the harness acts on, with the fields it reads (CLI 2.1.197 to
 * 2.1.329). Unknown types, unknown fields and any key order are fine; a known type in an unknown shape is not.
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

const streamEvent = z.discriminatedUnion('type', [
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

const cliMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('control_response'),
    response: z.object({
      subtype: z.enum(['success', 'error']),
      request_id: z.string(),
      response: z.unknown().optional(),
      error: z.string().optional(),
    }),
  }),
  z.object({
    type: z.literal('stream_event'),
    event: streamEvent,
    // Set when the event belongs to a subagent, whose words are no part of the answer.
    parent_tool_use_id: z.string().nullish(),
  }),
  z.object({ type: z.literal('assistant'), error: z.string().nullish() }),
  z.object({
    type: z.literal('result'),
    is_error: z.boolean(),
    api_error_status: z.number().nullish(),
    result: z.string().nullish(),
    stop_reason: z.string().nullish(),
  }),
  z.object({
    type: z.literal('rate_limit_event'),
    rate_limit_info: z.object({
      status: z.string(),
      // Unix seconds.
      resetsAt: z.number().nullish(),
      rateLimitType: z.string().nullish(),
    }),
  }),
  z.discriminatedUnion('subtype', [
    z.object({ type: z.literal('system'), subtype: z.literal('init'), claude_code_version: z.string().nullish() }),
    z.object({
      type: z.literal('system'),
      subtype: z.literal('api_retry'),
      retry_delay_ms: z.number(),
      error_status: z.number().nullish(),
      error: z.string().nullish(),
    }),
  ]),
]);

/** A line that the harness acts on, or `other`: it says no more than that the CLI is alive. */
export type CliMessage = z.infer<typeof cliMessage> | { type: 'other' };
export type CliUsage = z.infer<typeof usage>;
export type RateLimitInfo = Extract<CliMessage, { type: 'rate_limit_event' }>['rate_limit_info'];

const knownTypes = new Set<unknown>(['control_response', 'assistant', 'result', 'rate_limit_event']);
const knownSubtypes = new Set<unknown>(['init', 'api_retry']);
const knownEvents = new Set<unknown>(streamEvent.options.map(({ shape }) => shape.type.value));
const knownDeltas = new Set<unknown>(delta.options.map(({ shape }) => shape.type.value));
const knownBlocks = new Set<unknown>(contentBlock.options.map(({ shape }) => shape.type.value));

const other: CliMessage = { type: 'other' };

/** A line's message. Throws `CLI_PROTOCOL` when a known type comes in an unknown shape. */
export function parseCliMessage(line: unknown): CliMessage {
  if (!isOfUse(line)) return other;
  const parsed = cliMessage.safeParse(line);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new HarnessError(
    'CLI_PROTOCOL',
    `The claude CLI printed a ${String(line['type'])} line that the harness does not understand (at ${at}); this CLI version may be newer than the harness.`,
    { cause: parsed.error },
  );
}

function isOfUse(line: unknown): line is Record<string, unknown> {
  if (!isRecord(line)) return false;
  if (line['type'] === 'system') return knownSubtypes.has(line['subtype']);
  if (line['type'] !== 'stream_event') return knownTypes.has(line['type']);
  const event = line['event'];
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
