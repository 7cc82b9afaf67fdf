import type {
  AssistantBlock,
  AssistantMessage,
  Conversation,
  UserBlock,
  UserMessage,
} from '../../core/conversation.ts';
import { toCliName, toModelCallId } from '../../messages-api/tool-names.ts';
import { withoutCommand } from './slash-command.ts';

/**
 * The conversation as stdin lines, in batches: after each batch but the last the CLI prints a `result` line that must be
 * waited for, since it takes user messages from a queue and assistant messages at once, and would mix up their order.
 * The last batch starts the turn, unless `startsTurn` is false. There is no line for system messages.
 */
export function toInputBatches(
  setup: readonly object[],
  { messages }: Conversation,
  model: string,
  { startsTurn = true } = {},
): object[][] {
  const batches: object[][] = [];
  let batch: object[] = [...setup];
  messages.forEach((message, index) => {
    if (message.role === 'assistant') {
      batch.push(assistantLine(message, `msg_history_${index}`, model));
      return;
    }
    if (message.role === 'system') throw new Error('a fed conversation has its system messages in the system prompt');
    const isLast = index === messages.length - 1;
    batch.push(userLine(message, isLast && startsTurn));
    batches.push(batch);
    batch = [];
  });
  return batches;
}

function userLine(message: UserMessage, startsTurn: boolean): object {
  const line = { type: 'user', message: { role: 'user', content: withoutCommand(message.content.map(toModelResult)) } };
  return startsTurn ? line : { ...line, shouldQuery: false };
}

/**
 * `id` must differ from message to message: the CLI (2.1.197) joins assistant messages of one id, even across the tool
 * results between them. `model` must be the session's own, or signed thinking is lost.
 */
function assistantLine(message: AssistantMessage, id: string, model: string): object {
  return { type: 'assistant', message: { id, role: 'assistant', content: message.content.map(toModelBlock), model } };
}

function toModelBlock(block: AssistantBlock): AssistantBlock {
  return block.type === 'tool_use' ? { ...block, id: toModelCallId(block.id), name: toCliName(block.name) } : block;
}

function toModelResult(block: UserBlock): UserBlock {
  return block.type === 'tool_result' ? { ...block, tool_use_id: toModelCallId(block.tool_use_id) } : block;
}
