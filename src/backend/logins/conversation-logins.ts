import { createHash } from 'node:crypto';
import ms from 'ms';
import { LRUCache } from 'lru-cache';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';

/** As long as the API keeps a prompt for a subscription: after that another login has to read it no more anew than this one. */
const keptMs = ms('1h');
const maxConversations = 10_000;
/** How much of a text counts: a document in the first message tells conversations apart by its beginning. */
const maxChars = 4096;

/** Which login had the last turn of a conversation, whose prompt is in the cache of that plan. In memory only. */
export class ConversationLogins {
  readonly #names: LRUCache<string, string>;

  /** `ticks`: for lengths of time, in ms. */
  constructor(ticks: () => number) {
    // 0 would be no time for the cache.
    const perf = { now: () => ticks() + 1 };
    this.#names = new LRUCache({ max: maxConversations, ttl: keptMs, ttlResolution: 0, perf });
  }

  of(key: string): string | undefined {
    return this.#names.get(key);
  }

  note(key: string, login: string): void {
    this.#names.set(key, login);
  }
}

/**
 * Stands for a conversation while it grows: all that its turns have in common is how it begins. Two that begin alike have one
 * key, and share what is cached of them. What is cached is of one model.
 */
export function conversationKey({ system, messages }: Conversation, { model, client }: TurnOptions): string {
  const first = messages.findIndex(({ role }) => role === 'user');
  const begin = [client, model, system, messages.slice(0, first + 1)];
  const text = JSON.stringify(begin, (_name, value: unknown) =>
    typeof value === 'string' ? value.slice(0, maxChars) : value,
  );
  return createHash('sha256').update(text).digest('base64');
}
