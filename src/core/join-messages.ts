import type { Message } from './conversation.ts';

/**
 * The messages as one conversation. Neighbours of one role are one message: an answer that was gone on with, or a question
 * without an answer. A system message stays behind the question that it follows.
 */
export function joinMessages(messages: Iterable<Message>): Message[] {
  const joined: Message[] = [];
  /** Where the last message is that is not the system's, and whether its content was copied for more to be added. */
  let last = { index: -1, isCopy: false };
  for (const message of messages) {
    const before = joined[last.index];
    if (before === undefined || before.role !== message.role) {
      joined.push(message);
      if (message.role !== 'system') last = { index: joined.length - 1, isCopy: false };
      continue;
    }
    const content: unknown[] = last.isCopy ? before.content : [...before.content];
    // One by one: spreading some 100,000 blocks into a call overflows the stack.
    for (const block of message.content) content.push(block);
    joined[last.index] = { role: before.role, content } as Message;
    last.isCopy = true;
  }
  return joined;
}
