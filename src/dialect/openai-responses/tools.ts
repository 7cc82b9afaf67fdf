import {
  fromWord,
  selectTools,
  toTools,
  type RequestedToolChoice,
  type ToolSelection,
} from '../openai-shared/tool-selection.ts';
import type { ResponsesBody } from './request-schema.ts';
import type { ToolChoiceField } from './tool-schema.ts';

/** Which tools are offered, and how they are to be used. Throws `INVALID_REQUEST`. */
export function fromTools(body: ResponsesBody): ToolSelection {
  const tools = toTools(body.tools ?? [], (index) => `tools[${index}]`);
  return selectTools(tools, fromToolChoice(body.tool_choice));
}

function fromToolChoice(choice: ToolChoiceField | null | undefined): RequestedToolChoice {
  if (choice?.type === 'function') return { type: 'function', name: choice.name, field: 'tool_choice.name' };
  if (choice?.type !== 'allowed_tools') return fromWord(choice);
  const names = choice.tools.map(({ name }) => name);
  return { type: 'allowed_tools', mode: choice.mode, names, field: 'tool_choice.tools' };
}
