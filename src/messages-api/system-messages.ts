import type { Conversation } from '../core/conversation.ts';

/**
 * Models that take system messages in the middle of a conversation: those to which the CLI sends some of its own
 * (2.1.332). Earlier ones refuse them.
 */
const takers = /^claude-(?:opus-4-8|sonnet-5|[a-z]+-5-5)(?:-\d{8})?(?:\[1m\])?$/;

/** `model`: the full name. */
export function takesSystemMessages(model: string): boolean {
  return takers.test(model);
}

export function hasSystemMessages({ messages }: Conversation): boolean {
  return messages.some(({ role }) => role === 'system');
}

/** The conversation with all system messages in its system prompt, where there is no other place for them. */
export function joinSystemMessages(conversation: Conversation): Conversation {
  if (!hasSystemMessages(conversation)) return conversation;
  const { system, messages } = conversation;
  const joined = messages.flatMap((message) =>
    message.role === 'system' ? message.content.map(({ text }) => text) : [],
  );
  return {
    ...conversation,
    system: [...system, ...joined],
    messages: messages.filter(({ role }) => role !== 'system'),
  };
}
