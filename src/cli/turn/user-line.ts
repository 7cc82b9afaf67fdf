import type { Conversation, TextBlock } from '../../core/conversation.ts';
import { withoutCommand } from './slash-command.ts';

/**
 * The line that starts a turn whose messages are in the body: the texts of the conversation's first user message, since
 * the CLI's attribution is computed from the first that it was told. Other blocks make no difference to that, and a tool
 * result could not be taken back. A first message without text is an empty line, with the same attribution (2.1.197 and
 * 2.1.332). `uuid` must be new: the CLI drops a line whose uuid it has seen without a word.
 */
export function userLine({ messages }: Conversation, uuid: string): object {
  const first = messages.find(({ role }) => role === 'user');
  const texts = (first?.content ?? []).flatMap((block) => (block.type === 'text' ? [textOf(block)] : []));
  return { type: 'user', uuid, message: { role: 'user', content: withoutCommand(texts) } };
}

function textOf({ text }: TextBlock): TextBlock {
  return { type: 'text', text };
}
