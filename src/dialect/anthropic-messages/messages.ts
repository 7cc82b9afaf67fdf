import type { Conversation, Message } from '../../core/conversation.ts';
import { HarnessError } from '../../core/errors.ts';
import { SystemMessages } from '../../core/system-messages.ts';
import { fromAssistantContent, fromUserContent, isBlank } from './content-blocks.ts';
import type { TextParam } from './content-schema.ts';
import { invalidRequest } from './invalid-request.ts';
import type { MessageParam } from './request-schema.ts';
import { requireToolPairs, type PlacedMessage } from './tool-pairs.ts';

/**
 * Translates system prompt and messages, which the neutral form has as they are. Neighbours of one role are merged, as
 * the API does it; messages without content are left out; `system` messages get the place that the API has for them.
 * Throws `INVALID_REQUEST`.
 */
export function fromMessages(system: readonly TextParam[], messages: readonly MessageParam[]): Conversation {
  const systemMessages = new SystemMessages();
  const placed: PlacedMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system') {
      const last = placed.at(-1)?.message.role;
      for (const text of textsOf(message.content)) systemMessages.add(text, placed.length, last);
      continue;
    }
    const field = `messages.${index}`;
    const translated: Message =
      message.role === 'user'
        ? { role: 'user', content: fromUserContent(message.content, field) }
        : { role: 'assistant', content: fromAssistantContent(message.content) };
    append(placed, { field, message: translated });
  }
  requireToolPairs(placed);
  requireQuestion(placed);
  return {
    system: [...textsOf(system), ...systemMessages.prompt],
    messages: systemMessages.among(placed.map(({ message }) => message)),
  };
}

function textsOf(blocks: readonly TextParam[]): string[] {
  return blocks.map(({ text }) => text).filter((text) => !isBlank(text));
}

function append(messages: PlacedMessage[], next: PlacedMessage): void {
  if (next.message.content.length === 0) return;
  const last = messages.at(-1)?.message;
  if (last?.role !== next.message.role) {
    messages.push(next);
    return;
  }
  const content: unknown[] = last.content;
  // One by one: spreading some 100,000 blocks into a call overflows the stack.
  for (const block of next.message.content) content.push(block);
}

/** What the model is to answer must come last. */
function requireQuestion(messages: readonly PlacedMessage[]): void {
  const last = messages.at(-1);
  if (last === undefined) {
    const problem = 'messages: at least one message with content that is not blank is required';
    throw new HarnessError('INVALID_REQUEST', problem, { param: 'messages' });
  }
  if (last.message.role === 'user') return;
  throw invalidRequest(
    last.field,
    'An answer cannot be prefilled through the claude CLI. The conversation must end with a user message.',
  );
}
