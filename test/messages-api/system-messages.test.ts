import { describe, expect, it } from 'vitest';
import type { Conversation, Message } from '../../src/core/conversation.ts';
import { SystemMessages } from '../../src/core/system-messages.ts';
import { joinSystemMessages, takesSystemMessages } from '../../src/messages-api/system-messages.ts';

const user: Message = { role: 'user', content: [{ type: 'text', text: 'u' }] };
const assistant: Message = { role: 'assistant', content: [{ type: 'text', text: 'a' }] };
const system = (...texts: string[]): Message => ({
  role: 'system',
  content: texts.map((text) => ({ type: 'text', text })),
});

describe('SystemMessages', () => {
  it('come right after the user’s message that they are in, or before', () => {
    const messages = new SystemMessages();
    messages.add('first', 0, undefined);
    messages.add('in', 1, 'user');
    messages.add('too', 1, 'user');
    messages.add('before', 2, 'assistant');
    expect(messages.prompt).toEqual(['first']);
    expect(messages.among([user, assistant, user])).toEqual([
      user,
      system('in', 'too'),
      assistant,
      user,
      system('before'),
    ]);
  });

  it('wait for a message of the user where another has come in its place', () => {
    const messages = new SystemMessages();
    messages.add('late', 0, 'assistant');
    expect(messages.among([assistant, user])).toEqual([assistant, user, system('late')]);
  });
});

describe('joinSystemMessages', () => {
  it('adds them to the system prompt in their order', () => {
    const conversation: Conversation = {
      system: ['1'],
      messages: [user, system('2', '3'), assistant, user, system('4')],
    };
    expect(joinSystemMessages(conversation)).toEqual({
      system: ['1', '2', '3', '4'],
      messages: [user, assistant, user],
    });
  });

  it('gives a conversation without any as it is', () => {
    const conversation: Conversation = { system: ['1'], messages: [user] };
    expect(joinSystemMessages(conversation)).toBe(conversation);
  });
});

describe('takesSystemMessages', () => {
  it.each([
    'claude-opus-4-8',
    'claude-sonnet-5',
    'claude-haiku-5-5',
    'claude-opus-5-5-20261101',
    'claude-opus-4-8[1m]',
  ])('says yes of %s', (model) => {
    expect(takesSystemMessages(model)).toBe(true);
  });

  it.each(['claude-opus-4-7', 'claude-sonnet-4-5', 'claude-haiku-4-5-20251001', 'sonnet', 'default'])(
    'says no of %s',
    (model) => {
      expect(takesSystemMessages(model)).toBe(false);
    },
  );
});
