import type { Conversation, UserMessage } from '../../core/conversation.ts';
import { toApiMessage, type ApiBlock } from '../../messages-api/api-blocks.ts';
import { mapMarks } from '../../messages-api/cache-control.ts';
import { modelNames, toCliName } from '../../messages-api/tool-names.ts';
import { fedCallIds } from './fed-call-ids.ts';
import { withoutCommand } from './slash-command.ts';

export interface BatchOptions {
  /** Whether the last message is to be answered; true by default. */
  startsTurn?: boolean;
  /** Names a message, so that it can be taken back; `undefined` for one that can't be. */
  newUuid?: (message: UserMessage) => string | undefined;
}

/**
 * The conversation as stdin lines, in batches: after each batch but the last the CLI prints a `result` line that must be
 * waited for, since it takes user messages from a queue and assistant messages at once, and would mix up their order.
 * The last batch starts the turn, unless `startsTurn` is false. There is no line for system messages. Marks for the prompt
 * cache are left out: the CLI sets three of its own, and the API takes four.
 */
export function toInputBatches(
  setup: readonly object[],
  conversation: Conversation,
  model: string,
  { startsTurn = true, newUuid }: BatchOptions = {},
): object[][] {
  const batches: object[][] = [];
  let batch: object[] = [...setup];
  const { messages } = conversation;
  const toModelName = modelNames(conversation, toCliName);
  const toFedId = fedCallIds(messages);
  messages.forEach((message, index) => {
    const fed = toApiMessage(message, toModelName).content.map((block) => withCallId(block, toFedId));
    const content = mapMarks(fed, () => undefined);
    if (message.role === 'assistant') {
      batch.push(assistantLine(content, `msg_history_${index}`, model));
      return;
    }
    if (message.role === 'system') throw new Error('a fed conversation has its system messages in the system prompt');
    const isLast = index === messages.length - 1;
    const line = userLine(content, isLast && startsTurn);
    const uuid = newUuid?.(message);
    batch.push(uuid === undefined ? line : { ...line, uuid });
    batches.push(batch);
    batch = [];
  });
  return batch.length === 0 ? batches : [...batches, batch];
}

function withCallId(block: ApiBlock, toFedId: (id: string) => string): ApiBlock {
  if (block.type === 'tool_use') return { ...block, id: toFedId(String(block['id'])) };
  if (block.type === 'tool_result') return { ...block, tool_use_id: toFedId(String(block['tool_use_id'])) };
  return block;
}

function userLine(content: readonly ApiBlock[], startsTurn: boolean): object {
  const line = { type: 'user', message: { role: 'user', content: withoutCommand(content) } };
  return startsTurn ? line : { ...line, shouldQuery: false };
}

/**
 * `id` must differ from message to message: the CLI (2.1.197) joins assistant messages of one id, even across the tool
 * results between them. `model` must be the session's own, or signed thinking is lost.
 */
function assistantLine(content: readonly ApiBlock[], id: string, model: string): object {
  return { type: 'assistant', message: { id, role: 'assistant', content, model } };
}
