import type { CacheControl, Conversation, Message } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { HarnessError } from '../../core/errors.ts';
import { SystemMessages } from '../../core/system-messages.ts';
import { fromAssistantContent, fromUserContent, isBlank } from './content-blocks.ts';
import type { TextParam } from './content-schema.ts';
import type { MessageParam } from './request-schema.ts';
import { requireToolPairs, type PlacedMessage } from './tool-pairs.ts';

/**
 * Translates system prompt and messages, which the neutral form has as they are. Neighbours of one role are merged, as
 * the API does it; messages without content are left out; `system` messages get the place that the API has for them.
 * Throws `INVALID_REQUEST`.
 */
export function fromMessages(
  system: readonly TextParam[],
  messages: readonly MessageParam[],
  earlier?: EarlierCalls,
): Conversation {
  const marks = marksOf(system);
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
  requireToolPairs(placed, earlier);
  requireContent(placed);
  return {
    system: [...textsOf(system), ...systemMessages.prompt],
    messages: systemMessages.among(placed.map(({ message }) => message)),
    ...(marks.size > 0 && { systemMarks: marks }),
  };
}

function textsOf(blocks: readonly TextParam[]): string[] {
  return blocks.map(({ text }) => text).filter((text) => !isBlank(text));
}

/** By the index that the text has in the system prompt. */
function marksOf(blocks: readonly TextParam[]): Map<number, CacheControl> {
  const said = blocks.filter(({ text }) => !isBlank(text));
  return new Map(said.flatMap(({ cache_control: mark }, index) => (mark == null ? [] : [[index, mark]])));
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

/** There must be something to answer, or an answer to go on with. */
function requireContent(messages: readonly PlacedMessage[]): void {
  if (messages.length > 0) return;
  const problem = 'messages: at least one message with content that is not blank is required';
  throw new HarnessError('INVALID_REQUEST', problem, { param: 'messages' });
}
