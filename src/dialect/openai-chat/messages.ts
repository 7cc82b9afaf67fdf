import type { Conversation, Message } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { HarnessError } from '../../core/errors.ts';
import { SystemMessages } from '../../core/system-messages.ts';
import { fromResultParts, fromTextParts, fromUserParts, type Ignore } from './content-parts.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { createOpenCalls, type OpenCalls } from './open-calls.ts';
import type { ChatMessage } from './request-schema.ts';
import { fromToolCalls } from './tool-calls.ts';

type SystemMessage = Extract<ChatMessage, { role: 'system' | 'developer' }>;
type TurnMessage = Exclude<ChatMessage, SystemMessage>;

/** A message with its position in the client's list. */
interface PlacedMessage {
  index: number;
  message: Message;
}

/**
 * Translates the message list: system messages get the place that the API has for them, tool results go into user messages; neighbours of one role
 * are merged, since the CLI would put line breaks between them; blank text is left out. Throws `INVALID_REQUEST`. `ignored`
 * names the fields inside messages that the Messages API has no place for.
 */
export function fromChatMessages(
  messages: readonly ChatMessage[],
  earlier?: EarlierCalls,
): { conversation: Conversation; ignored: string[] } {
  const system = new SystemMessages();
  const dialogue: Message[] = [];
  const ignored = new Set<string>();
  const ignore = (name: string) => ignored.add(name);
  const calls = createOpenCalls(earlier);
  let last: PlacedMessage | undefined;

  for (const [index, message] of messages.entries()) {
    if (hasName(message)) ignore('messages[].name');
    if (isSystem(message)) {
      for (const { text } of fromTextParts(message.content)) system.add(text, dialogue.length, dialogue.at(-1)?.role);
      continue;
    }
    const translated = fromTurnMessage(message, index, calls, ignore);
    append(dialogue, translated);
    // Clients keep the empty answer of a failed request in their history: it doesn't count.
    if (message.role !== 'assistant' || translated.content.length > 0) last = { index, message: translated };
  }
  calls.requireAnswered();
  const question = system.takeQuestion(dialogue.length, dialogue.at(-1)?.role);
  if (question.length > 0) {
    const message: Message = { role: 'user', content: question };
    dialogue.push(message);
    last = { index: messages.length - 1, message };
  }
  requireQuestion(last);
  return {
    conversation: { system: system.prompt, messages: system.among(dialogue) },
    ignored: [...ignored],
  };
}

function fromTurnMessage(message: TurnMessage, index: number, calls: OpenCalls, ignore: Ignore): Message {
  const path = `messages[${index}].content`;
  switch (message.role) {
    case 'user':
      calls.requireAnswered();
      return { role: 'user', content: fromUserParts(message.content, path, ignore) };
    case 'assistant': {
      calls.requireAnswered();
      const toolUses = calls.add(fromToolCalls(message, index), index);
      return { role: 'assistant', content: [...fromTextParts(message.content ?? []), ...toolUses] };
    }
    case 'tool':
    case 'function': {
      const id = message.role === 'tool' ? calls.answer(message.tool_call_id, index) : calls.answerLegacy(index);
      const content = fromResultParts(message.content ?? [], path, ignore);
      return { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] };
    }
    default:
      return message satisfies never;
  }
}

function isSystem(message: ChatMessage): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer';
}

function hasName(message: ChatMessage): boolean {
  return 'name' in message && message.name != null && message.name !== '';
}

function append(messages: Message[], message: Message): void {
  if (message.content.length === 0) return;
  const last = messages.at(-1);
  if (last?.role !== message.role) {
    messages.push(message);
    return;
  }
  const content: unknown[] = last.content;
  // One by one: spreading some 100,000 blocks into a call overflows the stack.
  for (const block of message.content) content.push(block);
}

/** What the model is to answer must come last. */
function requireQuestion(last: PlacedMessage | undefined): void {
  if (last === undefined) {
    const message = 'messages must contain a message that is not blank: there is nothing to answer.';
    throw new HarnessError('INVALID_REQUEST', message, { param: 'messages' });
  }
  if (last.message.role === 'assistant') {
    const problem = 'is assistant, but an answer cannot be prefilled; the last message must be from user or tool.';
    throw invalidRequest(`messages[${last.index}].role`, problem);
  }
  if (last.message.content.length === 0) {
    throw invalidRequest(`messages[${last.index}].content`, 'is blank; it must contain something to answer.');
  }
}
