import * as z from 'zod';
import { isObject } from '../core/is-object.ts';
import { isKnownEvent, streamEvent } from '../messages-api/stream-events.ts';
import { controlResponse, initLine, parseKnownLine, rateLimitEvent } from '../process/line-shapes.ts';

/**
 * The lines that an agent's process prints and the harness acts on, with the fields that it reads (2.1.197 and 2.1.332).
 * Everything else is passed over.
 */
const record = z.record(z.string(), z.unknown());
/** Set on lines of a subagent: the call that started it. */
const within = z.string().nullish();
const block = z.looseObject({ type: z.string() });
const tokens = z.number().nullish();
const usage = z.object({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
});

const suggestion = z.looseObject({
  type: z.string(),
  behavior: z.string().optional(),
  destination: z.string().optional(),
});

const controlRequest = z.object({
  type: z.literal('control_request'),
  request_id: z.string(),
  request: z.discriminatedUnion('subtype', [
    z.object({
      subtype: z.literal('can_use_tool'),
      tool_name: z.string(),
      input: record,
      tool_use_id: z.string(),
      permission_suggestions: z.array(suggestion).nullish(),
      agent_id: z.string().nullish(),
    }),
    z.object({ subtype: z.literal('hook_callback'), tool_use_id: z.string().nullish() }),
    z.object({
      subtype: z.literal('mcp_message'),
      server_name: z.string(),
      message: z.looseObject({
        id: z.union([z.number(), z.string()]).optional(),
        method: z.string().optional(),
        params: record.optional(),
      }),
    }),
  ]),
});

const systemLine = z.discriminatedUnion('subtype', [
  initLine,
  z.object({ type: z.literal('system'), subtype: z.literal('status'), status: z.string().nullish() }),
  z.object({ type: z.literal('system'), subtype: z.literal('api_retry') }),
  z.object({ type: z.literal('system'), subtype: z.literal('compact_boundary') }),
  z.object({ type: z.literal('system'), subtype: z.literal('permission_denied'), tool_use_id: z.string() }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('task_started'),
    task_id: z.string(),
    tool_use_id: z.string().nullish(),
    task_type: z.string().nullish(),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('task_notification'),
    task_id: z.string(),
  }),
]);

const agentLine = z.discriminatedUnion('type', [
  controlRequest,
  z.object({ type: z.literal('control_cancel_request'), request_id: z.string() }),
  controlResponse,
  z.object({ type: z.literal('stream_event'), event: streamEvent, parent_tool_use_id: within }),
  z.object({
    type: z.literal('assistant'),
    error: z.string().nullish(),
    parent_tool_use_id: within,
    message: z.object({ id: z.string(), model: z.string().nullish(), content: z.array(block), usage: usage.nullish() }),
  }),
  z.object({
    type: z.literal('user'),
    parent_tool_use_id: within,
    message: z.object({ content: z.union([z.string(), z.array(block)]) }),
  }),
  z.object({
    type: z.literal('result'),
    subtype: z.string(),
    is_error: z.boolean(),
    api_error_status: z.number().nullish(),
    result: z.string().nullish(),
    errors: z.array(z.string()).nullish(),
    stop_reason: z.string().nullish(),
    terminal_reason: z.string().nullish(),
    total_cost_usd: z.number().nullish(),
    queued_turn_count: z.number().nullish(),
    // Newer versions alone: what was spent since the process's last result.
    model_usage_since_last_result: z.record(z.string(), z.object({ costUSD: z.number() })).nullish(),
  }),
  rateLimitEvent,
  z.object({ type: z.literal('tool_progress'), tool_use_id: z.string() }),
  systemLine,
]);

export type AgentLine = z.infer<typeof agentLine>;
export type LineOf<Type extends AgentLine['type']> = Extract<AgentLine, { type: Type }>;
type ControlRequestLine = z.infer<typeof controlRequest>;
export type RequestOf<Subtype extends ControlRequestLine['request']['subtype']> = Extract<
  ControlRequestLine['request'],
  { subtype: Subtype }
>;
export type Suggestion = z.infer<typeof suggestion>;

const types = new Set<unknown>(
  agentLine.options.flatMap((option) => ('shape' in option ? [...option.shape.type.values] : [])),
);
const requests = subtypesOf(controlRequest.shape.request);
const subtypes = subtypesOf(systemLine);

/** A line's message; `undefined` for one of no use. Throws `CLI_PROTOCOL` for a known type in an unknown shape. */
export function parseAgentLine(line: unknown): AgentLine | undefined {
  if (!isOfUse(line)) return undefined;
  return parseKnownLine(agentLine, line);
}

/** The id of a control request of a kind that the harness does not know, which the CLI waits for nevertheless. */
export function unknownRequestId(line: unknown): string | undefined {
  if (!isObject(line) || line['type'] !== 'control_request' || isOfUse(line)) return undefined;
  return typeof line['request_id'] === 'string' ? line['request_id'] : undefined;
}

function isOfUse(line: unknown): line is Record<string, unknown> {
  if (!isObject(line)) return false;
  switch (line['type']) {
    case 'system':
      return subtypes.has(line['subtype']);
    case 'control_request':
      return isObject(line['request']) && requests.has(line['request']['subtype']);
    case 'stream_event':
      return isKnownEvent(line['event']);
    default:
      return types.has(line['type']);
  }
}

function subtypesOf({
  options,
}: {
  options: readonly { shape: { subtype: { values: ReadonlySet<unknown> } } }[];
}): ReadonlySet<unknown> {
  return new Set(options.flatMap(({ shape }) => [...shape.subtype.values]));
}
