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
import type { ResponsesBody } from './request-schema.ts';
import type { SearchTool, ToolChoiceField, ToolParam, ToolReference } from './tool-schema.ts';

/** Which tools are offered, and how they are to be used. Throws `INVALID_REQUEST`. */
export function fromTools(body: ResponsesBody): ToolSelection {
  const params = body.tools ?? [];
  const functions = params.flatMap((param, index) => (isSearch(param) ? [] : [{ param, index }]));
  const apiTools = searchesOf(params);
  const tools = toTools(
    functions.map(({ param }) => param),
    (position) => `tools[${functions[position]?.index}]`,
    apiTools.map(() => webSearchName),
  );
  return selectTools({ tools, apiTools }, fromToolChoice(body.tool_choice));
}

const honoured: ReadonlySet<string> = new Set(['type', 'search_context_size', 'user_location', 'filters']);

/** What a search is asked to be beyond what the API's own can be. */
export function unhonouredOf(tools: ResponsesBody['tools']): string[] {
  return (tools ?? []).filter(isSearch).flatMap((tool) => {
    const further = Object.entries(tool).filter(([name, value]) => !honoured.has(name) && value != null);
    // Access to the web is what a search has unless it is told otherwise.
    const asked = further.filter(([name, value]) => !(name === 'external_web_access' && value === true));
    return asked.map(([name]) => `tools[].${name}`);
  });
}

function isSearch(param: ToolParam): param is SearchTool {
  return param.type !== 'function';
}

function searchesOf(params: readonly ToolParam[]): ApiTool[] {
  const searches = params.flatMap((param, index) => (isSearch(param) ? [toSearchTool(param, index)] : []));
  const [, second] = searches;
  if (second !== undefined) throw invalidRequest(`tools[${second.index}].type`, 'is there twice; offer one search.');
  return searches;
}

function toSearchTool(param: SearchTool, index: number): ApiTool {
  const { search_context_size: size, user_location: place, filters } = param;
  const { allowed_domains: allowedDomains, blocked_domains: blockedDomains } = filters ?? {};
  if (allowedDomains != null && allowedDomains.length > 0 && blockedDomains != null && blockedDomains.length > 0) {
    throw invalidRequest(`tools[${index}].filters`, 'must have either allowed_domains or blocked_domains.');
  }
  return toWebSearchTool({ size, place, allowedDomains, blockedDomains }, index);
}

function fromToolChoice(choice: ToolChoiceField | null | undefined): RequestedToolChoice {
  if (choice == null) return fromWord(choice);
  switch (choice.type) {
    case 'none':
    case 'auto':
    case 'required':
      return fromWord(choice);
    case 'allowed_tools':
      return {
        type: 'allowed_tools',
        mode: choice.mode,
        names: choice.tools.map(nameOf),
        field: 'tool_choice.tools',
      };
    case 'function':
      return { type: 'tool', name: nameOf(choice), field: 'tool_choice.name' };
    case 'web_search':
    case 'web_search_2025_08_26':
    case 'web_search_preview':
    case 'web_search_preview_2025_03_11':
      return { type: 'tool', name: nameOf(choice), field: 'tool_choice.type' };
  }
}

function nameOf(reference: ToolReference): string {
  return reference.type === 'function' ? reference.name : webSearchName;
}
