import type { AssistantBlock, Message, UserBlock } from '../../core/conversation.ts';
import { sessionHeader } from '../../core/session-header.ts';
import { without } from '../../core/without.ts';
import type { StoredTurn } from './conversation-store.ts';

/** The messages of a conversation, for a request to a model. Thinking is of use to the model alone that thought it. */
export function messagesOf(turns: readonly StoredTurn[], model: string): Message[] {
  return turns.flatMap((turn) => (turn.model === model ? turn.messages : turn.messages.flatMap(withoutThoughts)));
}

/** What an answer adds; nothing where there is nothing of it to send back. */
export function toAnswer(blocks: readonly AssistantBlock[]): Message[] {
  // The API refuses a message that ends with thinking.
  const end = blocks.findLastIndex((block) => !isThought(block));
  return end === -1 ? [] : [{ role: 'assistant', content: blocks.slice(0, end + 1) }];
}

/**
 * The messages without marks for the prompt cache. A mark says where this request's prompt is to be kept, and does not
 * belong to what is said: those of all requests together would be more than the API takes. Files are named by this
 * request's fields, which later ones do not have: for them it is the conversation that names them.
 */
export function withoutMarks(messages: readonly Message[]): Message[] {
  return messages.map((message) => ({ ...message, content: message.content.map(unmarked) }) as Message);
}

function unmarked<Block extends UserBlock | AssistantBlock>(block: Block): Block {
  if (block.type === 'opaque') return { ...block, block: without(block.block, 'cache_control') };
  const plain = without(block as Block & { cache_control?: unknown }, 'cache_control') as Block;
  if (plain.type === 'tool_result' || plain.type === 'search_result') {
    return { ...plain, content: plain.content.map(unmarked) };
  }
  if ((plain.type === 'image' || plain.type === 'document') && plain.source.type === 'file') {
    return { ...plain, source: { ...plain.source, field: sessionHeader } };
  }
  if (plain.type !== 'document' || plain.source.type !== 'content' || typeof plain.source.content === 'string') {
    return plain;
  }
  return { ...plain, source: { ...plain.source, content: plain.source.content.map(unmarked) } };
}

function withoutThoughts(message: Message): Message[] {
  if (message.role !== 'assistant') return [message];
  const content = message.content.filter((block) => !isThought(block));
  return content.length === 0 ? [] : [{ role: 'assistant', content }];
}

function isThought({ type }: AssistantBlock): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}
