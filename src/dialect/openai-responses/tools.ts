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
import { toOfferedTools, type OfferedSearch, type ToolList } from './offered-tools.ts';
import { applyPatchName, localShellName, toModelName, type ToolForms } from './tool-forms.ts';
import type { SearchTool, ToolChoiceField, ToolReference } from './tool-schema.ts';

export interface ResponsesTools extends ToolSelection {
  /** In what form the calls go back. */
  forms: ToolForms;
  /** What is asked for and cannot be had; safe to put into a header. */
  ignored: string[];
}

/** Which tools are offered, and how they are to be used. Throws `INVALID_REQUEST`. */
export function fromTools(lists: readonly ToolList[], choice: ToolChoiceField | null | undefined): ResponsesTools {
  const { functions, searches, unserved } = toOfferedTools(lists);
  const apiTools = toApiTools(searches);
  const tools = toTools(
    functions.map(({ definition }) => definition),
    (position) => functions[position]?.path ?? '',
    apiTools.map(() => webSearchName),
  );
  return {
    ...selectTools({ tools, apiTools }, fromToolChoice(choice)),
    forms: new Map(functions.map(({ definition, form }) => [definition.name, form])),
    ignored: [...searches.flatMap(({ param }) => unhonouredOf(param)), ...unserved.map((type) => `tools[${type}]`)],
  };
}

const honoured: ReadonlySet<string> = new Set(['type', 'search_context_size', 'user_location', 'filters']);

/** What a search is asked to be beyond what the API's own can be. */
function unhonouredOf(tool: SearchTool): string[] {
  const further = Object.entries(tool).filter(([name, value]) => !honoured.has(name) && value != null);
  // Access to the web is what a search has unless it is told otherwise.
  const asked = further.filter(([name, value]) => !(name === 'external_web_access' && value === true));
  return asked.map(([name]) => `tools[].${name}`);
}

function toApiTools(searches: readonly OfferedSearch[]): ApiTool[] {
  const [, second] = searches;
  if (second !== undefined) throw invalidRequest(`${second.path}.type`, 'is there twice; offer one search.');
  return searches.map(toSearchTool);
}

function toSearchTool({ param, path, index }: OfferedSearch): ApiTool {
  const { search_context_size: size, user_location: place, filters } = param;
  const { allowed_domains: allowedDomains, blocked_domains: blockedDomains } = filters ?? {};
  if (allowedDomains != null && allowedDomains.length > 0 && blockedDomains != null && blockedDomains.length > 0) {
    throw invalidRequest(`${path}.filters`, 'must have either allowed_domains or blocked_domains.');
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
        names: choice.tools.flatMap((tool) => nameOf(tool) ?? []),
        field: 'tool_choice.tools',
      };
    case 'function':
    case 'custom':
      return { type: 'tool', name: toModelName(choice.name, choice.namespace), field: 'tool_choice.name' };
    case 'local_shell':
    case 'apply_patch':
    case 'web_search':
    case 'web_search_2025_08_26':
    case 'web_search_preview':
    case 'web_search_preview_2025_03_11':
      return { type: 'tool', name: nameOf(choice) ?? '', field: 'tool_choice.type' };
  }
}

/** `undefined` for a tool that nobody runs here. */
function nameOf(reference: ToolReference): string | undefined {
  switch (reference.type) {
    case 'function':
    case 'custom':
      return toModelName(reference.name, reference.namespace);
    case 'local_shell':
      return localShellName;
    case 'apply_patch':
      return applyPatchName;
    case 'unserved':
      return undefined;
    case 'web_search':
    case 'web_search_2025_08_26':
    case 'web_search_preview':
    case 'web_search_preview_2025_03_11':
      return webSearchName;
  }
}
