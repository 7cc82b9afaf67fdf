import type { ContentBlock } from '../../core/agent-engine.ts';
import type { EarlierMessage } from '../../core/sessions.ts';
import type { Conversation, Message, UserMessage } from '../../core/conversation.ts';
import { HarnessError } from '../../core/errors.ts';
import { without } from '../../core/without.ts';

/** What a chat client's request says, in which the whole conversation comes each time. */
export interface ChatRequest {
  /** Its system prompts, wherever they stand. */
  system: string;
  /** All before what the user says now. */
  history: readonly Message[];
  now: UserMessage;
}

/** Throws `UNSUPPORTED_PARAMETER` for a conversation that an agent can't go on from. */
export function toChatRequest({ system, messages }: Conversation): ChatRequest {
  const said = messages.filter((message) => message.role !== 'system');
  const instructions = messages.flatMap((message) =>
    message.role === 'system' ? message.content.map(({ text }) => text) : [],
  );
  const now = said.at(-1);
  if (now?.role !== 'user')
    throw unsupported('an agent cannot go on with an answer that is given; end with a user message');
  if (hasCalls(now)) throw earlierCalls();
  return { system: [...system, ...instructions].join('\n\n'), history: said.slice(0, -1), now };
}

/** For a session that is to begin with it. Throws `UNSUPPORTED_PARAMETER`. */
export function toHistory(messages: readonly Message[]): readonly EarlierMessage[] {
  return messages.flatMap((message): EarlierMessage[] => {
    if (message.role === 'system') return [];
    if (hasCalls(message)) throw earlierCalls();
    if (message.role === 'user') return [{ role: 'user', content: toContent(message) }];
    const texts = message.content.flatMap((block) => (block.type === 'text' ? [textOf(block)] : []));
    return texts.length === 0 ? [] : [{ role: 'assistant', content: texts }];
  });
}

/** The blocks of a user's message, as a session takes them. */
export function toContent({ content }: UserMessage): readonly ContentBlock[] {
  return content.map((block): ContentBlock => {
    if (block.type === 'text') return textOf(block);
    if (block.type === 'opaque') return { type: String(block.block['type']), ...block.block };
    const said = { ...without(block, 'cache_control'), type: block.type };
    const isFile = (block.type === 'image' || block.type === 'document') && block.source.type === 'file';
    return isFile ? { ...said, source: without(block.source, 'field') } : said;
  });
}

function textOf({ text }: { text: string }): ContentBlock {
  return { type: 'text', text };
}

function hasCalls({ content }: Message): boolean {
  return content.some(({ type }) => type === 'tool_use' || type === 'tool_result');
}

function earlierCalls(): HarnessError {
  return unsupported("an agent takes no calls of the client's tools; start a new conversation");
}

function unsupported(problem: string): HarnessError {
  return new HarnessError('UNSUPPORTED_PARAMETER', `messages: ${problem}.`, { param: 'messages' });
}
