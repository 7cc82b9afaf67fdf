import { z } from 'zod';
import { anyObject } from '../anthropic-shared/any-object.ts';

/**
 * What clients get, in the format of AiCore's proxy server. Ids of sessions, of calls and of results are those of the
 * harness: `/v1/sessions` and `/permissions` know them.
 */
const count = z.int().nonnegative();
const parent = z.string().nullable().describe('The id of the call that started the subagent in which this happens.');
const toolUse = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string().describe('As the `claude` program calls it.'),
  input: anyObject,
});

export const streamEvent = z.object({
  uuid: z.string(),
  session_id: z.string(),
  event: anyObject.describe(
    'An event of a stream of the Messages API. Each text and each call is a message of its own.',
  ),
  parent_tool_use_id: parent,
});

export const assistantMessage = z.object({
  content: z.array(z.discriminatedUnion('type', [z.object({ type: z.literal('text'), text: z.string() }), toolUse])),
  model: z.string(),
  parent_tool_use_id: parent,
});

export const userMessage = z.object({
  content: z.array(
    z.object({
      type: z.literal('tool_result'),
      tool_use_id: z.string(),
      content: z.array(anyObject),
      is_error: z.boolean(),
    }),
  ),
  uuid: z.string(),
  parent_tool_use_id: parent,
});

export const systemMessage = z.object({
  subtype: z
    .enum(['init', 'requires_action', 'compact_boundary'])
    .describe('`requires_action`: it waits for answers to the calls in `event_ids`, at `/permissions` for example.'),
  data: anyObject,
});

const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
});

export const resultMessage = z.object({
  subtype: z.enum(['success', 'error_during_execution', 'error_max_turns', 'error_max_budget_usd']),
  duration_ms: z.number().nonnegative(),
  duration_api_ms: z.number().nonnegative(),
  is_error: z.boolean(),
  num_turns: count.describe('Requests to the model.'),
  session_id: z.string().describe('For `options.resume`.'),
  total_cost_usd: z.number().nonnegative().describe('Of this query, at list prices.'),
  usage,
  result: z.string().nullable().describe('The last text, or what went wrong.'),
});

export const failedQuery = z.object({ message: z.string(), exit_code: z.null() });

export const cancelledQuery = z.object({ status: z.literal('cancelled'), session_id: z.string() });

export const capabilities = z.object({
  server_version: z.string(),
  sdk_version: z.null().describe('No Agent SDK is involved.'),
  claude_cli_version: z.string().nullable(),
  supported_options: z.array(z.string()),
  server_enforced_defaults: z.object({ include_partial_messages: z.literal(true) }),
  cwd_whitelist: z.array(z.string()).describe('The workspaces of all agents that the token may use.'),
  agents: z.array(z.string()).describe('Their names, for `options.agent`. The harness’s own.'),
});

export const detail = z.object({ detail: z.string() });
