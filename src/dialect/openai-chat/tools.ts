import type { JsonSchema, Tool } from '../../core/conversation.ts';
import type { ToolChoice } from '../../core/run-turn.ts';
import { invalidRequest } from './invalid-request.ts';
import type { ChatBody } from './request-schema.ts';
import { toObjectSchema } from './object-schema.ts';
import type { ToolChoiceField, ToolDefinition } from './tool-schema.ts';

export interface ChatTools {
  /** What the model may call in this turn. */
  tools: Tool[];
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  /** Whether calls go back as the `function_call` that preceded `tool_calls`. */
  legacyFunctions: boolean;
}

/** Which tools are offered, and how they are to be used. Throws `INVALID_REQUEST`. */
export function fromChatTools(body: ChatBody): ChatTools {
  const legacyFunctions = body.functions != null && body.functions.length > 0;
  if (legacyFunctions && body.tools != null && body.tools.length > 0) {
    throw invalidRequest('functions', 'cannot be combined with tools, which they preceded.');
  }
  if (legacyFunctions && asksForCall(body.tool_choice)) {
    throw invalidRequest('tool_choice', 'chooses among tools; functions are chosen by function_call.');
  }
  if (!legacyFunctions && body.function_call?.type === 'function') {
    throw invalidRequest('function_call', 'names a function, but there are no functions in the request.');
  }
  const tools = legacyFunctions
    ? toTools(body.functions ?? [], (index) => `functions[${index}]`)
    : toTools(body.tools?.map(({ function: definition }) => definition) ?? [], (index) => `tools[${index}].function`);
  return {
    ...(legacyFunctions ? chooseFunction(body.function_call, tools) : chooseTool(body.tool_choice, tools)),
    // The old form has room for one call.
    parallelToolCalls: !legacyFunctions && (body.parallel_tool_calls ?? true),
    legacyFunctions,
  };
}

function asksForCall(choice: ToolChoiceField | null | undefined): boolean {
  return choice != null && choice.type !== 'auto' && choice.type !== 'none';
}

function toTools(definitions: readonly ToolDefinition[], pathOf: (index: number) => string): Tool[] {
  const names = new Set<string>();
  return definitions.map(({ name, description, parameters, strict }, index) => {
    const path = pathOf(index);
    if (names.has(name)) throw invalidRequest(`${path}.name`, 'is the name of another one in the list.');
    names.add(name);
    const field = `${path}.parameters`;
    return {
      name,
      ...(description != null && { description }),
      inputSchema: toObjectSchema(parameters ?? noParameters, field),
      strict: strict ?? false,
      field,
    };
  });
}

const noParameters: JsonSchema = { type: 'object', properties: {} };

type Choice = Pick<ChatTools, 'tools' | 'toolChoice'>;

function chooseTool(choice: ToolChoiceField | null | undefined, tools: Tool[]): Choice {
  switch (choice?.type) {
    case undefined:
    case 'auto':
    case 'none':
      return { tools, toolChoice: { type: choice?.type ?? 'auto' } };
    case 'required':
      return require(tools, 'tool_choice');
    case 'function':
      return byName(choice.function.name, tools, 'tool_choice.function.name');
    case 'allowed_tools': {
      const { mode, tools: references } = choice.allowed_tools;
      const names = new Set(references.map(({ function: { name } }) => name));
      const allowed = [...names].map((name) => find(name, tools, 'tool_choice.allowed_tools.tools'));
      return mode === 'required'
        ? require(allowed, 'tool_choice.allowed_tools.tools')
        : { tools: allowed, toolChoice: { type: 'auto' } };
    }
  }
}

function chooseFunction(choice: ChatBody['function_call'], tools: Tool[]): Choice {
  if (choice?.type === 'function') return byName(choice.name, tools, 'function_call.name');
  return { tools, toolChoice: { type: choice?.type ?? 'auto' } };
}

function require(tools: Tool[], param: string): Choice {
  if (tools.length === 0) throw invalidRequest(param, 'asks for a call, but there are no tools to call.');
  return { tools, toolChoice: { type: 'required' } };
}

function byName(wanted: string, tools: Tool[], param: string): Choice {
  find(wanted, tools, param);
  return { tools, toolChoice: { type: 'tool', name: wanted } };
}

function find(wanted: string, tools: readonly Tool[], param: string): Tool {
  const tool = tools.find((candidate) => candidate.name === wanted);
  if (tool === undefined) throw invalidRequest(param, 'names none of the tools in the request.');
  return tool;
}
