import type { ApiTool, Tool } from '../../core/conversation.ts';
import type { ToolChoice, TurnOptions } from '../../core/turn-options.ts';
import { without } from '../../core/without.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import type { ClientToolParam, ToolChoiceParam, ToolParam } from './tool-schema.ts';

export interface OfferedTools {
  tools: Tool[];
  /** Those that the API itself defines. */
  apiTools: ApiTool[];
  options: Pick<TurnOptions, 'toolChoice' | 'parallelToolCalls'>;
}

/** Which tools the model is offered, and how it is to use them. Throws `INVALID_REQUEST`. */
export function fromTools(params: readonly ToolParam[], choice: ToolChoiceParam | null | undefined): OfferedTools {
  const tools: Tool[] = [];
  const apiTools: ApiTool[] = [];
  for (const [index, param] of params.entries()) {
    if (param.type === 'api') apiTools.push(toApiTool(param.definition, index));
    else tools.push(toTool(param, index));
  }
  requireUniqueNames(params);
  if (choice == null) return { tools, apiTools, options: {} };
  const single = choice.type !== 'none' && choice.disable_parallel_tool_use === true;
  return {
    tools,
    apiTools,
    options: {
      toolChoice: toToolChoice(choice, [...tools, ...apiTools]),
      ...(single && { parallelToolCalls: false }),
    },
  };
}

function toTool(param: ClientToolParam, index: number): Tool {
  const { name, description, input_schema: inputSchema, strict, ...others } = param;
  const extra = Object.fromEntries(Object.entries(without(others, 'type')).filter(([, value]) => value != null));
  return {
    name,
    ...(description != null && { description }),
    inputSchema,
    strict: strict ?? false,
    field: `tools.${index}.input_schema`,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function toApiTool(definition: Readonly<Record<string, unknown>>, index: number): ApiTool {
  const { name } = definition;
  return { definition, index, ...(typeof name === 'string' && { name }) };
}

function requireUniqueNames(params: readonly ToolParam[]): void {
  const names = new Set<unknown>();
  for (const [index, param] of params.entries()) {
    const name = param.type === 'api' ? param.definition['name'] : param.name;
    if (name === undefined) continue;
    if (names.has(name)) throw invalidRequest(`tools.${index}.name`, 'Tool names must be unique');
    names.add(name);
  }
}

/** A tool without a name stands for several, any of which can be meant. */
function toToolChoice(choice: ToolChoiceParam, tools: readonly Pick<ApiTool, 'name'>[]): ToolChoice {
  if (choice.type === 'auto' || choice.type === 'none') return { type: choice.type };
  if (tools.length === 0) throw invalidRequest('tool_choice', 'asks for a call, but there are no tools to call');
  if (choice.type === 'any') return { type: 'required' };
  if (tools.some(({ name }) => name === undefined || name === choice.name)) return { type: 'tool', name: choice.name };
  throw invalidRequest('tool_choice.name', 'names none of the tools in the request');
}
