import type { FunctionDefinition } from '../openai-shared/function-schema.ts';
import { applyPatchDefinition, customDefinition, localShellDefinition } from './client-tools.ts';
import { toModelName, type ToolForm } from './tool-forms.ts';
import type { GroupedTool, SearchTool, ToolParam } from './tool-schema.ts';

/** A tool that the client runs, as a function of the model. */
export interface OfferedFunction {
  definition: FunctionDefinition;
  form: ToolForm;
  /** The request field that holds the tool, for errors. */
  path: string;
}

export interface OfferedSearch {
  param: SearchTool;
  path: string;
  /** Its place among all that the model may call. */
  index: number;
}

export interface OfferedTools {
  functions: OfferedFunction[];
  searches: OfferedSearch[];
  /** The types of those that nobody runs here. */
  unserved: string[];
}

/** A list of tools, and the request field that holds it. */
export interface ToolList {
  tools: readonly ToolParam[];
  path: string;
}

/** The tools of all lists, those of namespaces one by one. */
export function toOfferedTools(lists: readonly ToolList[]): OfferedTools {
  const offered: OfferedTools = { functions: [], searches: [], unserved: [] };
  const all = lists.flatMap(({ tools, path }) => tools.map((param, index) => ({ param, path: `${path}[${index}]` })));
  for (const { param, path } of all) {
    switch (param.type) {
      case 'function':
      case 'custom':
        offered.functions.push(toOffered(param, path));
        break;
      case 'namespace':
        offered.functions.push(
          ...param.tools.map((tool, position) => toOffered(tool, `${path}.tools[${position}]`, param)),
        );
        break;
      case 'local_shell':
        offered.functions.push({ definition: localShellDefinition, form: { kind: 'local_shell' }, path });
        break;
      case 'apply_patch':
        offered.functions.push({ definition: applyPatchDefinition, form: { kind: 'apply_patch' }, path });
        break;
      case 'unserved':
        offered.unserved.push(param.given);
        break;
      case 'web_search':
      case 'web_search_2025_08_26':
      case 'web_search_preview':
      case 'web_search_preview_2025_03_11':
        offered.searches.push({ param, path, index: offered.functions.length + offered.searches.length });
    }
  }
  return offered;
}

function toOffered(
  tool: GroupedTool,
  path: string,
  group?: { name: string; description?: string | null | undefined },
): OfferedFunction {
  const called = { name: tool.name, ...(group !== undefined && { namespace: group.name }) };
  const form: ToolForm = { kind: tool.type, tool: called };
  const own = tool.type === 'custom' ? customDefinition(tool) : tool;
  const description = [group?.description, own.description].filter((text) => text != null && text !== '').join('\n\n');
  const definition = {
    name: toModelName(tool.name, group?.name),
    ...(description !== '' && { description }),
    parameters: own.parameters,
    strict: own.strict,
  };
  return { definition, form, path };
}
