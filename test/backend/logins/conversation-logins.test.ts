import { describe, expect, it } from 'vitest';
import { ConversationLogins, conversationKey } from '../../../src/backend/logins/conversation-logins.ts';
import type { Conversation, Message } from '../../../src/core/conversation.ts';

const says = (role: 'user' | 'assistant', text: string): Message => ({ role, content: [{ type: 'text', text }] });
const conversation = (...messages: Message[]): Conversation => ({ system: ['Be brief.'], messages });
const turn = { model: 'sonnet', client: 'ada' };

describe('the key of a conversation', () => {
  const key = conversationKey(conversation(says('user', 'one')), turn);

  it('stays while it grows', () => {
    const grown = conversation(says('user', 'one'), says('assistant', 'two'), says('user', 'three'));
    expect(conversationKey(grown, turn)).toBe(key);
  });

  it.each([
    ['begins otherwise', conversation(says('user', 'other')), turn],
    ['has another system prompt', { ...conversation(says('user', 'one')), system: ['Be kind.'] }, turn],
    ['is with another model', conversation(says('user', 'one')), { ...turn, model: 'opus' }],
    ['is of another client', conversation(says('user', 'one')), { ...turn, client: 'bob' }],
  ])('is another one where it %s', (_what, other, options) => {
    expect(conversationKey(other, options)).not.toBe(key);
  });

  it('is the same for all conversations without a question', () => {
    expect(conversationKey(conversation(), turn)).toBe(conversationKey(conversation(says('assistant', 'one')), turn));
  });
});

describe('what is known of conversations', () => {
  it('lasts an hour from the last turn on', () => {
    const clock = { now: 0 };
    const logins = new ConversationLogins(() => clock.now);
    logins.note('a', 'home');
    clock.now = 3_599_000;
    expect(logins.of('a')).toBe('home');
    logins.note('a', 'work');
    clock.now = 7_000_000;
    expect(logins.of('a')).toBe('work');
    clock.now = 7_300_000;
    expect(logins.of('a')).toBeUndefined();
  });
});
