import type { AssistantBlock, Message, UserBlock } from '../core/conversation.ts';
import { toModelCallId, withToolNames, type ToModelName } from './tool-names.ts';

/** A block as the Messages API has it. */
export interface ApiBlock {
  type: string;
  [field: string]: unknown;
}

export function toApiMessage(
  { role, content }: Message,
  toModelName: ToModelName,
): { role: Message['role']; content: ApiBlock[] } {
  return { role, content: content.map((block) => toApiBlock(block, toModelName)) };
}

/** A block of the conversation as the API takes it: as it is, but for the names and ids of calls. */
function toApiBlock(block: UserBlock | AssistantBlock, toModelName: ToModelName): ApiBlock {
  switch (block.type) {
    case 'opaque':
      return withToolNames(block.block, toModelName) as ApiBlock;
    case 'tool_use':
      return { ...block, id: toModelCallId(block.id), name: toModelName(block.name) };
    case 'tool_result': {
      const content = block.content.map((part) => toApiBlock(part, toModelName));
      return { ...block, tool_use_id: toModelCallId(block.tool_use_id), content };
    }
    case 'text':
    case 'image':
    case 'document':
    case 'search_result':
    case 'thinking':
    case 'redacted_thinking':
      return { ...block };
  }
}
