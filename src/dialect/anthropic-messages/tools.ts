import type { Tool } from '../../core/conversation.ts';
import type { ToolChoice, TurnOptions } from '../../core/turn-options.ts';
import { invalidRequest } from './invalid-request.ts';
import type { ToolChoiceParam, ToolParam } from './tool-schema.ts';

export interface OfferedTools {
  tools: Tool[];
  options: Pick<TurnOptions, 'toolChoice' | 'parallelToolCalls'>;
}

/** Which tools the model is offered, and how it is to use them. Throws `INVALID_REQUEST`. */
export function fromTools(params: readonly ToolParam[], choice: ToolChoiceParam | null | undefined): OfferedTools {
  const tools = params.map(toTool);
  requireUniqueNames(tools);
  if (choice == null) return { tools, options: {} };
  const single = choice.type !== 'none' && choice.disable_parallel_tool_use === true;
  return {
    tools,
    options: { toolChoice: toToolChoice(choice, tools), ...(single && { parallelToolCalls: false }) },
  };
}

function toTool(param: ToolParam, index: number): Tool {
  const { name, description, input_schema: inputSchema, strict, input_examples, eager_input_streaming } = param;
  const extra = {
    ...(input_examples != null && { input_examples }),
    ...(eager_input_streaming != null && { eager_input_streaming }),
  };
  return {
    name,
    ...(description != null && { description }),
    inputSchema,
    strict: strict ?? false,
    field: `tools.${index}.input_schema`,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function requireUniqueNames(tools: readonly Tool[]): void {
  const names = new Set<string>();
  for (const [index, { name }] of tools.entries()) {
    if (names.has(name)) throw invalidRequest(`tools.${index}.name`, 'Tool names must be unique');
    names.add(name);
  }
}

function toToolChoice(choice: ToolChoiceParam, tools: readonly Tool[]): ToolChoice {
  if (choice.type === 'auto' || choice.type === 'none') return { type: choice.type };
  if (tools.length === 0) throw invalidRequest('tool_choice', 'asks for a call, but there are no tools to call');
  if (choice.type === 'any') return { type: 'required' };
  if (tools.some(({ name }) => name === choice.name)) return { type: 'tool', name: choice.name };
  throw invalidRequest('tool_choice.name', 'names none of the tools in the request');
}
