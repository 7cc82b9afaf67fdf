import type { ApiTool } from '../../core/conversation.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import {
  fromWord,
  selectTools,
  toTools,
  type RequestedToolChoice,
  type ToolSelection,
} from '../openai-shared/tool-selection.ts';
import { toWebSearchTool, webSearchName } from '../openai-shared/web-search.ts';
import type { ChatBody } from './request-schema.ts';
import type { ToolChoiceField } from './tool-schema.ts';

export interface ChatTools extends ToolSelection {
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
  const taken = body.web_search_options == null ? [] : [webSearchName];
  const tools = legacyFunctions
    ? toTools(body.functions ?? [], (index) => `functions[${index}]`, taken)
    : toTools(
        body.tools?.map(({ function: definition }) => definition) ?? [],
        (index) => `tools[${index}].function`,
        taken,
      );
  const choice = legacyFunctions ? fromFunctionCall(body.function_call) : fromToolChoice(body.tool_choice);
  return {
    ...selectTools({ tools, apiTools: searchOf(body, tools.length) }, choice),
    // The old format has room for one call.
    parallelToolCalls: !legacyFunctions && (body.parallel_tool_calls ?? true),
    legacyFunctions,
  };
}

/** Chat completions have no such tool in their list: a field of its own offers it. */
function searchOf({ web_search_options: options }: ChatBody, index: number): ApiTool[] {
  if (options == null) return [];
  const { search_context_size: size, user_location: location } = options;
  return [toWebSearchTool({ size, place: location?.approximate }, index)];
}

function asksForCall(choice: ToolChoiceField | null | undefined): boolean {
  return choice != null && choice.type !== 'auto' && choice.type !== 'none';
}

function fromToolChoice(choice: ToolChoiceField | null | undefined): RequestedToolChoice {
  if (choice?.type === 'function') {
    return { type: 'tool', name: choice.function.name, field: 'tool_choice.function.name' };
  }
  if (choice?.type !== 'allowed_tools') return fromWord(choice);
  const { mode, tools } = choice.allowed_tools;
  const names = tools.map(({ function: { name } }) => name);
  return { type: 'allowed_tools', mode, names, field: 'tool_choice.allowed_tools.tools' };
}

function fromFunctionCall(choice: ChatBody['function_call']): RequestedToolChoice {
  if (choice?.type === 'function') return { type: 'tool', name: choice.name, field: 'function_call.name' };
  return fromWord(choice);
}
