import { createHash } from 'node:crypto';
import type { Message, UserBlock } from '../../core/conversation.ts';
import type { Caller } from '../../core/sessions.ts';
import { without } from '../../core/without.ts';

/** Whose chat it is, and with what. */
export interface ChatParties {
  caller: Caller;
  agent: string;
  model: string;
}

/**
 * Stands for all that was said in a chat: texts, and what a user sent besides. Clients change the blanks of what they send
 * back, split texts into blocks, mark other blocks for the cache, and leave out what they can't show.
 */
export function hashExchange({ caller, agent, model }: ChatParties, messages: readonly Message[]): string {
  const said = messages.flatMap((message) => {
    if (message.role === 'system') return [];
    const others = message.role === 'user' ? message.content.filter(({ type }) => type !== 'text') : [];
    return [[message.role, textOf(message), ...others.map(withoutPlace)]];
  });
  return createHash('sha256')
    .update(JSON.stringify([caller ?? null, agent, model, said]))
    .digest('hex');
}

/** Without what says where in a request it stood. */
function withoutPlace(block: UserBlock): object {
  if ((block.type !== 'image' && block.type !== 'document') || block.source.type !== 'file') {
    return without(block, 'cache_control');
  }
  return { ...without(block, 'cache_control'), source: without(block.source, 'field') };
}

function textOf({ content }: Message): string {
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return words(texts.join(' '));
}

/** A text with single blanks. */
export function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
