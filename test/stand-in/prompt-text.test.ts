import { describe, expect, test } from 'vitest';
import { promptText } from '../../src/stand-in/prompt-text.ts';

describe('promptText', () => {
  test('joins the text blocks of the last user message, which need not be the last message', () => {
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'answer' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'second' },
          { type: 'image', source: {} },
          { type: 'text', text: 'nonce-1' },
        ],
      },
      { role: 'system', content: 'a note' },
    ];
    expect(promptText({ messages })).toBe('second\nnonce-1');
  });

  test('reads a content that is a string', () => {
    expect(promptText({ messages: [{ role: 'user', content: 'plain' }] })).toBe('plain');
  });

  test.each([undefined, null, {}, { messages: [] }, { messages: [null] }, { messages: [{ role: 'user' }] }])(
    'is empty for %j',
    (body) => {
      expect(promptText(body)).toBe('');
    },
  );
});
