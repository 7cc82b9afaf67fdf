import * as z from 'zod';
import { HarnessError } from '../core/errors.ts';
import { isKnownEvent, streamEvent } from '../messages-api/stream-events.ts';

/**
 * The lines of `claude --output-format stream-json` that the harness acts on, with the fields it reads (CLI 2.1.197 to
 * 2.1.329). Unknown types, unknown fields and any key order are fine; a known type in an unknown shape is not.
 */

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
    // Set when the event belongs to a subagent, whose words are not part of the answer.
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

const knownTypes = new Set<unknown>(['control_response', 'assistant', 'result', 'rate_limit_event']);
const knownSubtypes = new Set<unknown>(['init', 'api_retry']);

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
  return isKnownEvent(line['event']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
