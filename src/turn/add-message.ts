import type { Message } from '../core/conversation.ts';

/**
 * The messages with another one. Neighbours of one role are one message: an answer that was gone on with, or a question
 * without an answer. A system message stays behind the question that it follows.
 */
export function addMessage(messages: readonly Message[], next: Message): Message[] {
  const at = messages.findLastIndex(({ role }) => role !== 'system');
  const last = messages[at];
  if (last === undefined || last.role !== next.role) return [...messages, next];
  return messages.with(at, { role: next.role, content: [...last.content, ...next.content] } as Message);
}
