import { describe, expect, it } from 'vitest';
import { chatBody, readMessages, refusalOf } from './read-chat.ts';

const text = (value: string) => ({ type: 'text', text: value });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });

describe('fromChatMessages', () => {
  it('puts system and developer messages where the API takes them: before all others, or right after the user', () => {
    const conversation = readMessages(
      { role: 'system', content: 'one' },
      user('a'),
      { role: 'developer', content: [text('two'), text(' '), text('three')] },
      assistant('b'),
      { role: 'system', content: '' },
      user('c'),
      { role: 'system', content: 'four' },
    );
    expect(conversation).toEqual({
      system: ['one'],
      messages: [
        user([text('a')]),
        { role: 'system', content: [text('two'), text('three')] },
        assistant([text('b')]),
        user([text('c')]),
        { role: 'system', content: [text('four')] },
      ],
    });
  });

  it('merges neighbours of one role and keeps their blocks apart', () => {
    const conversation = readMessages(
      user('a'),
      user([text('b'), text('c')]),
      assistant('d'),
      assistant('e'),
      user('f'),
    );
    expect(conversation.messages).toEqual([
      user([text('a'), text('b'), text('c')]),
      assistant([text('d'), text('e')]),
      user([text('f')]),
    ]);
  });

  it.each([[''], [' \n'], [null], [undefined], [[]], [[text('')]]])(
    'leaves out an assistant message whose content is %j, as a failed answer leaves it behind',
    (content) => {
      expect(readMessages(user('a'), assistant(content), user('b')).messages).toEqual([user([text('a'), text('b')])]);
      expect(readMessages(user('a'), assistant(content)).messages).toEqual([user([text('a')])]);
    },
  );

  it('leaves out a blank user message that is not the last one', () => {
    expect(readMessages(user(' '), assistant('a'), user('b')).messages).toEqual([
      assistant([text('a')]),
      user([text('b')]),
    ]);
  });

  it('takes an answer back as clients echo it', () => {
    const echoed = {
      role: 'assistant',
      content: 'a',
      refusal: null,
      annotations: [],
      audio: null,
      function_call: null,
      tool_calls: [],
      reasoning_content: 'hm',
      reasoning: 'hm',
      name: null,
    };
    expect(readMessages(user('q'), echoed, user('r')).messages[1]).toEqual(assistant([text('a')]));
  });

  it('takes the text of a refusal', () => {
    const echoed = assistant([text('a'), { type: 'refusal', refusal: 'No.' }]);
    expect(readMessages(user('q'), echoed, user('r')).messages[1]).toEqual(assistant([text('a'), text('No.')]));
  });

  it('accepts more parts than a call has room for arguments', () => {
    const many = Array.from({ length: 200_000 }, () => text('a'));
    expect(readMessages(user('q'), user(many)).messages[0]?.content).toHaveLength(200_001);
  });

  it.each<[string, object[], object]>([
    [
      'the last of system prompts alone',
      [
        { role: 'system', content: 'a' },
        { role: 'developer', content: 'b' },
      ],
      { system: ['a'], messages: [{ role: 'user', content: [text('b')] }] },
    ],
    [
      'system messages behind an answer',
      [
        { role: 'system', content: 's' },
        user('a'),
        assistant('b'),
        ...['c', 'd'].map((content) => ({ role: 'system', content })),
      ],
      {
        system: ['s'],
        messages: [
          { role: 'user', content: [text('a')] },
          { role: 'assistant', content: [text('b')] },
          { role: 'user', content: [text('c'), text('d')] },
        ],
      },
    ],
  ])('takes %s for the question, as OpenAI does', (_, messages, conversation) => {
    expect(readMessages(...messages)).toEqual(conversation);
  });

  it.each([
    ['nothing but a blank system prompt', [{ role: 'system', content: ' ' }], 'messages'],
    ['a blank only message', [user(' ')], 'messages[0].content'],
    ['an empty part list', [user([])], 'messages[0].content'],
    ['a blank last message', [user('a'), assistant('b'), user([text('\n')])], 'messages[2].content'],
    ['a blank last message before an empty answer', [user('a'), user(''), assistant('')], 'messages[1].content'],
    ['an answer to go on with', [user('a'), assistant('b')], 'messages[1].role'],
    [
      'an answer before a blank system message',
      [user('a'), assistant('b'), { role: 'system', content: ' ' }],
      'messages[1].role',
    ],
    ['a number as message', [1], 'messages[0]'],
    ['null as message', [user('a'), null], 'messages[1]'],
    ['no role', [{ content: 'a' }], 'messages[0].role'],
    ['an unknown role', [user('a'), { role: 'critic', content: 'b' }], 'messages[1].role'],
    ['no content', [{ role: 'user' }], 'messages[0].content'],
    ['null content', [{ role: 'user', content: null }], 'messages[0].content'],
    ['a part that is no object', [user(['a'])], 'messages[0].content[0]'],
    ['a part without type', [user([{ text: 'a' }])], 'messages[0].content[0].type'],
    ['a part of unknown type', [user([text('a'), { type: 'video' }])], 'messages[0].content[1].type'],
    ['a text part without text', [user([{ type: 'text' }])], 'messages[0].content[0].text'],
    [
      'an image for a system prompt',
      [{ role: 'system', content: [{ type: 'image_url' }] }],
      'messages[0].content[0].type',
    ],
    [
      'an image part without url',
      [user([{ type: 'image_url', image_url: {} }])],
      'messages[0].content[0].image_url.url',
    ],
  ])('refuses %s', (_, messages, param) => {
    expect(refusalOf(chatBody(...messages))).toMatchObject({ code: 'INVALID_REQUEST', param });
  });

  it('says that an answer cannot be prefilled', () => {
    expect(refusalOf(chatBody(user('a'), assistant('b'))).message).toContain('prefilled');
  });
});
