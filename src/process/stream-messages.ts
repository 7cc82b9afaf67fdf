import * as z from 'zod';
import { isObject } from '../core/is-object.ts';
import { isKnownEvent, streamEvent } from '../messages-api/stream-events.ts';
import { controlResponse, initLine, parseKnownLine, rateLimitEvent } from './line-shapes.ts';

/**
 * The lines of `claude --output-format stream-json` that the harness acts on, with the fields it reads (CLI 2.1.197 to
 * 2.1.329). Unknown types, unknown fields and any key order are fine; a known type in an unknown shape is not.
 */

const cliMessage = z.discriminatedUnion('type', [
  controlResponse,
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
  rateLimitEvent,
  z.discriminatedUnion('subtype', [
    initLine,
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
  return parseKnownLine(cliMessage, line);
}

function isOfUse(line: unknown): line is Record<string, unknown> {
  if (!isObject(line)) return false;
  if (line['type'] === 'system') return knownSubtypes.has(line['subtype']);
  if (line['type'] !== 'stream_event') return knownTypes.has(line['type']);
  return isKnownEvent(line['event']);
}
