import { selectTools, toTools, type ToolSelection, type ToolWish } from '../openai-shared/tool-selection.ts';
import type { ResponsesBody } from './request-schema.ts';
import type { ToolChoiceField } from './tool-schema.ts';

/** Which tools are offered, and how they are to be used. Throws `INVALID_REQUEST`. */
export function fromTools(body: ResponsesBody): ToolSelection {
  const tools = toTools(body.tools ?? [], (index) => `tools[${index}]`);
  return selectTools(tools, toWish(body.tool_choice));
}

function toWish(choice: ToolChoiceField | null | undefined): ToolWish {
  switch (choice?.type) {
    case undefined:
      return { type: 'auto' };
    case 'auto':
    case 'none':
      return { type: choice.type };
    case 'required':
      return { type: 'required', field: 'tool_choice' };
    case 'function':
      return { type: 'function', name: choice.name, field: 'tool_choice.name' };
    case 'allowed_tools': {
      const names = choice.tools.map(({ name }) => name);
      return { type: 'allowed_tools', mode: choice.mode, names, field: 'tool_choice.tools' };
    }
  }
}
