import type { ApiTool, Conversation, Tool } from '../core/conversation.ts';
import type { OutputFormat, Sampling, TurnOptions } from '../core/turn-options.ts';
import { answerTool, answerToolFor } from './answer-tool.ts';
import { modelNames, type ToModelName } from './tool-names.ts';

/**
 * The part of a request's body that is the same for every backend, in the Messages API's own terms. The CLI merges it
 * into its request (`CLAUDE_CODE_EXTRA_BODY`), which is the only means to set these fields. Tools are part of it
 * unchanged: over MCP the CLI cuts descriptions at 2048 characters (2.1.197), leaves out tools with long names (2.1.329),
 * and asks for them in several round trips.
 */
export interface RequestBody {
  tools?: object[];
  tool_choice?: object;
  stop_sequences?: string[];
  temperature?: number;
  top_p?: number;
  top_k?: number;
  /** The form of the answer, where the API keeps to it. */
  output_config?: object;
}

export interface RequestBodyOptions {
  /** The API refuses to force a call while the model thinks. */
  forceCalls: boolean;
  toModelName: ToModelName;
}

/** The tools that the model is offered: a named choice leaves only that one. */
export function offeredTools(conversation: Conversation, { toolChoice }: TurnOptions): readonly Tool[] {
  const tools = conversation.tools ?? [];
  if (toolChoice?.type === 'none') return [];
  return toolChoice?.type === 'tool' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
}

/** Whether the answer has to be a call of one of the client's tools. */
export function requiresCall({ toolChoice }: TurnOptions): boolean {
  return toolChoice?.type === 'required' || toolChoice?.type === 'tool';
}

export function toRequestBody(
  conversation: Conversation,
  turn: TurnOptions,
  { forceCalls, toModelName: ofClient }: RequestBodyOptions,
): RequestBody {
  const { apiTools = [] } = conversation;
  const toModelName = modelNames(conversation, ofClient);
  const offered = offeredTools(conversation, turn);
  const mayCall = offered.length > 0 || (apiTools.length > 0 && turn.toolChoice?.type !== 'none');
  const own = (mayCall ? offered : toolsOfHistory(conversation)).map((tool) => toApiTool(tool, toModelName));
  const tools = withApiTools(own, apiTools);
  // A required call takes precedence over structured output: there is no answer then that could have a form.
  const output = requiresCall(turn) ? undefined : turn.output;
  if (output !== undefined && output.constrained !== true) tools.push(answerToolFor(output.schema));
  const choice = toolChoiceFor(mayCall, tools.length > 0, turn, { forceCalls, toModelName });
  const stops = (turn.stopSequences ?? []).filter((stop) => /\S/.test(stop));
  return {
    ...(tools.length > 0 && { tools }),
    ...(choice !== undefined && { tool_choice: choice }),
    // The API refuses those that are white space only; see `withStopSequences`.
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...toSampling(turn.sampling),
    ...(output?.constrained === true && { output_config: { format: toApiFormat(output) } }),
  };
}

/** Form and effort of the answer are in one field. */
export function toOutputConfig(form: object | undefined, effort: string | undefined): { output_config?: object } {
  if (form === undefined && effort === undefined) return {};
  return { output_config: { ...form, ...(effort !== undefined && { effort }) } };
}

function toSampling({ temperature, topP, topK }: Sampling = {}): Pick<RequestBody, 'temperature' | 'top_p' | 'top_k'> {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
  };
}

/** Without the name of the schema's dialect, which says nothing about the answer. */
function toApiFormat(output: OutputFormat): object {
  const schema = { ...output.schema };
  delete schema['$schema'];
  return { type: 'json_schema', schema };
}

/** A sentence for the system prompt that asks for a call that the API cannot force; `undefined` where none is required. */
export function callInstruction({ toolChoice, output }: TurnOptions, toModelName: ToModelName): string | undefined {
  if (toolChoice?.type === 'tool') {
    return `Answer by calling the tool ${toModelName(toolChoice.name)}. Do not answer in text.`;
  }
  if (toolChoice?.type === 'required') return 'Answer by calling at least one of your tools. Do not answer in text.';
  if (output === undefined || output.constrained === true) return undefined;
  return `Give your final answer by calling the tool ${answerTool.name}, never as text.`;
}

type ClientTool = Pick<Tool, 'name' | 'description' | 'inputSchema' | 'constrained' | 'extra'>;

function toApiTool(
  { name, description, inputSchema, constrained, extra }: ClientTool,
  toModelName: ToModelName,
): object {
  return {
    name: toModelName(name),
    ...(description !== undefined && { description }),
    input_schema: inputSchema,
    ...(constrained === true && { strict: true }),
    ...extra,
  };
}

/** Each where the client had it, since the prompt is cached in this order. They stay whatever may be called. */
function withApiTools(tools: readonly object[], apiTools: readonly ApiTool[]): object[] {
  const all = [...tools];
  for (const { index, definition } of apiTools) all.splice(index, 0, definition);
  return all;
}

/**
 * The tools that were called earlier, for a turn that offers none: the API requires the tools of all calls in a
 * conversation to be declared. Those that the client no longer describes are declared by their name alone.
 */
function toolsOfHistory({ messages, tools = [], apiTools = [] }: Conversation): ClientTool[] {
  const names = new Set(
    messages.flatMap(({ content }) => content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []))),
  );
  for (const { name } of apiTools) if (name !== undefined) names.delete(name);
  return [...names].map(
    (name) => tools.find((tool) => tool.name === name) ?? { name, inputSchema: { type: 'object' } },
  );
}

function toolChoiceFor(
  hasOffer: boolean,
  hasTools: boolean,
  turn: TurnOptions,
  { forceCalls, toModelName }: RequestBodyOptions,
): object | undefined {
  const single = hasOffer && turn.parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  const hasAnswerTool = turn.output !== undefined && turn.output.constrained !== true;
  if (forceCalls) {
    if (turn.toolChoice?.type === 'tool') {
      return { type: 'tool', name: toModelName(turn.toolChoice.name), ...single };
    }
    if (requiresCall(turn) || (hasAnswerTool && hasOffer)) return { type: 'any', ...single };
    if (hasAnswerTool) return { type: 'tool', name: answerTool.name };
  }
  if (!hasOffer) return hasTools && !hasAnswerTool ? { type: 'none' } : undefined;
  return 'disable_parallel_tool_use' in single ? { type: 'auto', ...single } : undefined;
}
