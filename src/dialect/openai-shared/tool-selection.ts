import type { JsonSchema, Tool } from '../../core/conversation.ts';
import type { ToolChoice } from '../../core/turn-options.ts';
import type { FunctionDefinition } from './function-schema.ts';
import { invalidRequest } from './invalid-request.ts';
import { toObjectSchema } from './object-schema.ts';

/** The tools that a request offers, and how they are to be used. */
export interface ToolSelection {
  tools: Tool[];
  toolChoice: ToolChoice;
}

/** The choice among tools that a request asks for; each field is the request's own, for errors. */
export type RequestedToolChoice =
  | { type: 'auto' | 'none' }
  | { type: 'required'; field: string }
  | { type: 'function'; name: string; field: string }
  | { type: 'allowed_tools'; mode: 'auto' | 'required'; names: readonly string[]; field: string };

/** A choice that is one word, which both APIs write alike; without any, the model decides. */
export function fromWord(choice: { type: 'auto' | 'none' | 'required' } | null | undefined): RequestedToolChoice {
  if (choice?.type === 'required') return { type: 'required', field: 'tool_choice' };
  return { type: choice?.type ?? 'auto' };
}

const noParameters: JsonSchema = { type: 'object', properties: {} };

/** The client's functions as tools. `pathOf` gives the field of each. Throws `INVALID_REQUEST`. */
export function toTools(definitions: readonly FunctionDefinition[], pathOf: (index: number) => string): Tool[] {
  const names = new Set<string>();
  return definitions.map(({ name, description, parameters, strict }, index) => {
    const path = pathOf(index);
    if (names.has(name)) throw invalidRequest(`${path}.name`, 'is already the name of another tool in the list.');
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

/** Which of the tools the model may call, and whether it must. Throws `INVALID_REQUEST`. */
export function selectTools(tools: Tool[], choice: RequestedToolChoice): ToolSelection {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { tools, toolChoice: { type: choice.type } };
    case 'required':
      return requireCall(tools, choice.field);
    case 'function':
      findTool(choice.name, tools, choice.field);
      return { tools, toolChoice: { type: 'tool', name: choice.name } };
    case 'allowed_tools': {
      const allowed = [...new Set(choice.names)].map((name) => findTool(name, tools, choice.field));
      return choice.mode === 'required'
        ? requireCall(allowed, choice.field)
        : { tools: allowed, toolChoice: { type: 'auto' } };
    }
  }
}

function requireCall(tools: Tool[], param: string): ToolSelection {
  if (tools.length === 0) throw invalidRequest(param, 'asks for a call, but there are no tools to call.');
  return { tools, toolChoice: { type: 'required' } };
}

function findTool(wanted: string, tools: readonly Tool[], param: string): Tool {
  const tool = tools.find((candidate) => candidate.name === wanted);
  if (tool === undefined) throw invalidRequest(param, 'names none of the tools in the request.');
  return tool;
}
