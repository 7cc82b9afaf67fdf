import type { ApiTool, Conversation, JsonSchema, Tool } from '../../core/conversation.ts';
import type { ToolChoice } from '../../core/turn-options.ts';
import type { FunctionDefinition } from './function-schema.ts';
import { hasRefusedNames } from '../../core/property-names.ts';
import { foldUnion } from './fold-union.ts';
import { invalidRequest } from './invalid-request.ts';
import { toObjectSchema } from './object-schema.ts';

/** The tools that a request offers, and how they are to be used. */
export interface ToolSelection {
  tools: Tool[];
  /** Those that the API itself runs. */
  apiTools: ApiTool[];
  toolChoice: ToolChoice;
}

/** The tools of a request, each with a name of its own. */
export type RequestedTools = Omit<ToolSelection, 'toolChoice'>;

/** The choice among tools that a request asks for; each field is the request's own, for errors. */
export type RequestedToolChoice =
  | { type: 'auto' | 'none' }
  | { type: 'required'; field: string }
  | { type: 'tool'; name: string; field: string }
  | { type: 'allowed_tools'; mode: 'auto' | 'required'; names: readonly string[]; field: string };

/** A choice that is one word, which both APIs write alike; without any, the model decides. */
export function fromWord(choice: { type: 'auto' | 'none' | 'required' } | null | undefined): RequestedToolChoice {
  if (choice?.type === 'required') return { type: 'required', field: 'tool_choice' };
  return { type: choice?.type ?? 'auto' };
}

const noParameters: JsonSchema = { type: 'object', properties: {} };

/** The client's functions as tools. `pathOf` gives the field of each, `taken` the names of others. Throws `INVALID_REQUEST`. */
export function toTools(
  definitions: readonly FunctionDefinition[],
  pathOf: (index: number) => string,
  taken: readonly string[] = [],
): Tool[] {
  const names = new Set<string>(taken);
  return definitions.map(({ name, description, parameters, strict }, index) => {
    const path = pathOf(index);
    if (names.has(name)) throw invalidRequest(`${path}.name`, 'is already the name of another tool in the list.');
    names.add(name);
    const field = `${path}.parameters`;
    const inputSchema = foldUnion(toObjectSchema(parameters ?? noParameters, field));
    return {
      name,
      ...(description != null && { description }),
      inputSchema,
      strict: strict ?? false,
      ...(hasRefusedNames(inputSchema) && { renamesKeys: true }),
      field,
    };
  });
}

/** The conversation with the tools that it offers. */
export function withTools(conversation: Conversation, { tools, apiTools }: RequestedTools): Conversation {
  return { ...conversation, ...(tools.length > 0 && { tools }), ...(apiTools.length > 0 && { apiTools }) };
}

/** Which of the tools the model may call, and whether it must. Throws `INVALID_REQUEST`. */
export function selectTools(all: RequestedTools, choice: RequestedToolChoice): ToolSelection {
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { ...all, toolChoice: { type: choice.type } };
    case 'required':
      return requireCall(all, choice.field);
    case 'tool':
      requireNamed(all, choice.name, choice.field);
      return { ...all, toolChoice: { type: 'tool', name: choice.name } };
    case 'allowed_tools': {
      const allowed = allowedOf(all, choice.names, choice.field);
      return choice.mode === 'required'
        ? requireCall(allowed, choice.field)
        : { ...allowed, toolChoice: { type: 'auto' } };
    }
  }
}

function requireCall(all: RequestedTools, param: string): ToolSelection {
  if (all.tools.length === 0 && all.apiTools.length === 0) {
    throw invalidRequest(param, 'asks for a call, but there are no tools to call.');
  }
  return { ...all, toolChoice: { type: 'required' } };
}

function allowedOf(all: RequestedTools, names: readonly string[], param: string): RequestedTools {
  const allowed = [...new Set(names)];
  for (const name of allowed) requireNamed(all, name, param);
  return {
    tools: allowed.flatMap((wanted) => all.tools.filter(({ name }) => name === wanted)),
    apiTools: all.apiTools.filter(({ name }) => name !== undefined && allowed.includes(name)),
  };
}

function requireNamed({ tools, apiTools }: RequestedTools, wanted: string, param: string): void {
  if ([...tools, ...apiTools].some(({ name }) => name === wanted)) return;
  throw invalidRequest(param, 'names none of the tools in the request.');
}
