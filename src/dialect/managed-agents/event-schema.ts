import { z } from 'zod';
import { anyObject } from '../anthropic-shared/any-object.ts';

/** The events of sessions, as clients get them: they are passed on as the session has them. */

const time = z.iso.datetime();
const anyBlock = z.looseObject({ type: z.string() });
const textBlock = z.looseObject({ type: z.literal('text'), text: z.string() });

const accepted = {
  id: z.string(),
  processed_at: time.nullable().describe('Null while it waits for its turn.'),
};

/** What a client has sent. */
export const acceptedEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.message'), content: z.array(anyBlock), ...accepted }),
  z.object({ type: z.literal('user.interrupt'), ...accepted }),
  z.object({
    type: z.literal('user.tool_confirmation'),
    tool_use_id: z.string(),
    result: z.enum(['allow', 'deny']),
    deny_message: z.string().nullable().exactOptional(),
    updated_input: anyObject.exactOptional(),
    for_session: z.boolean().exactOptional(),
    ...accepted,
  }),
  z.object({
    type: z.literal('user.custom_tool_result'),
    custom_tool_use_id: z.string(),
    content: z.array(anyBlock).exactOptional(),
    is_error: z.boolean().nullable().exactOptional(),
    ...accepted,
  }),
  z.object({ type: z.literal('system.message'), content: z.array(textBlock), ...accepted }),
]);

const happened = { id: z.string(), processed_at: time };
const told = {
  ...happened,
  parent_tool_use_id: z
    .string()
    .exactOptional()
    .describe('Within a subagent: the id of the event that called it. Not part of the API of Anthropic’s.'),
};
const called = {
  name: z.string(),
  input: anyObject,
  evaluated_permission: z.enum(['allow', 'ask', 'deny']).exactOptional(),
  ...told,
};
const result = { content: z.array(anyBlock), is_error: z.boolean(), ...told };
const count = z.int().nonnegative();

const stopReason = z.discriminatedUnion('type', [
  z.object({ type: z.literal('end_turn') }),
  z.object({ type: z.literal('requires_action'), event_ids: z.array(z.string()) }),
  z.object({ type: z.literal('retries_exhausted') }),
  z.object({ type: z.literal('budget_reached') }),
  z.object({ type: z.literal('refusal') }),
]);

const sessionError = z.object({
  type: z.enum([
    'unknown_error',
    'model_overloaded_error',
    'model_rate_limited_error',
    'model_request_failed_error',
    'billing_error',
    'tool_use_limit_reached_error',
  ]),
  message: z.string(),
  retry_status: z.object({ type: z.enum(['retrying', 'exhausted', 'terminal']) }),
  code: z.string().exactOptional().describe("The harness's own code. Not part of the API of Anthropic’s."),
});

/** What the agent and the session tell. */
const agentEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('agent.message'), content: z.array(textBlock), ...told }),
  z.object({ type: z.literal('agent.thinking'), ...told }),
  z.object({ type: z.literal('agent.tool_use'), ...called }),
  z.object({ type: z.literal('agent.tool_result'), tool_use_id: z.string(), ...result }),
  z.object({ type: z.literal('agent.mcp_tool_use'), mcp_server_name: z.string(), ...called }),
  z.object({ type: z.literal('agent.mcp_tool_result'), mcp_tool_use_id: z.string(), ...result }),
  z.object({ type: z.literal('agent.custom_tool_use'), name: z.string(), input: anyObject, ...told }),
  z.object({ type: z.literal('agent.thread_context_compacted'), ...happened }),
  z.object({ type: z.literal('span.model_request_start'), ...happened }),
  z.object({
    type: z.literal('span.model_request_end'),
    model_request_start_id: z.string(),
    model_usage: z.object({
      input_tokens: count,
      output_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
    }),
    is_error: z.boolean(),
    ...happened,
  }),
  z.object({ type: z.literal('session.status_running'), ...happened }),
  z.object({
    type: z.literal('session.status_idle'),
    stop_reason: stopReason,
    stop_details: anyObject.nullable(),
    ...happened,
  }),
  z.object({ type: z.literal('session.status_terminated'), ...happened }),
  z.object({ type: z.literal('session.error'), error: sessionError, ...happened }),
  z.object({
    type: z.literal('session.updated'),
    title: z.string().nullable().exactOptional(),
    metadata: z.record(z.string(), z.string()).exactOptional(),
    ...happened,
  }),
  z.object({ type: z.literal('session.deleted'), ...happened }),
]);

export const sessionEvent = z.union([acceptedEvent, agentEvent]);

/** The text of a message before it is whole, for those who asked for it. */
export const previewEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('event_start'),
    event: z.object({ type: z.literal('agent.message'), id: z.string() }),
  }),
  z.object({
    type: z.literal('event_delta'),
    event_id: z.string(),
    delta: z.object({ type: z.literal('content_delta'), index: count, content: textBlock }),
  }),
]);

/** What keeps a silent stream open. */
export const pingEvent = z.object({ type: z.literal('ping') });

export const eventPage = z.object({
  data: z.array(sessionEvent),
  next_page: z.string().nullable(),
  prev_page: z.string().nullable(),
});
export const sentEvents = z.object({ data: z.array(acceptedEvent) });
