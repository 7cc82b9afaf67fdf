import { describe, expect, it } from 'vitest';
import { chatBody, readMessages, refusalOf } from './read-chat.ts';

const text = (value: string) => ({ type: 'text', text: value });
const user = (content: unknown) => ({ role: 'user', content });
const call = (id: string, json = '{}') => ({ id, type: 'function', function: { name: 'look_up', arguments: json } });
const asking = (...calls: unknown[]) => ({ role: 'assistant', content: null, tool_calls: calls });
const result = (id: string, content: unknown = id) => ({ role: 'tool', tool_call_id: id, content });
const toolUse = (id: string, input = {}) => ({ type: 'tool_use', id, name: 'look_up', input });
const toolResult = (id: string, ...content: unknown[]) => ({ type: 'tool_result', tool_use_id: id, content });

describe('tool calls in the history', () => {
  it('puts results, in any order, and the next user message into one message', () => {
    const conversation = readMessages(
      user('q'),
      { ...asking(call('a', '{"x": [1]}'), call('b')), content: 'Let me see.' },
      result('b'),
      { role: 'system', content: 'Be brief.' },
      result('a'),
      user('and?'),
    );
    expect(conversation).toEqual({
      system: [],
      messages: [
        user([text('q')]),
        { role: 'assistant', content: [text('Let me see.'), toolUse('a', { x: [1] }), toolUse('b')] },
        user([toolResult('b', text('b')), toolResult('a', text('a')), text('and?')]),
        { role: 'system', content: [text('Be brief.')] },
      ],
    });
  });

  it('ends with results when no user message follows', () => {
    const conversation = readMessages(user('q'), asking(call('a')), result('a'));
    expect(conversation.messages.at(-1)).toEqual(user([toolResult('a', text('a'))]));
  });

  it('keeps a result that is empty', () => {
    const conversation = readMessages(
      user('q'),
      asking(call('a'), call('b')),
      result('a', ''),
      result('b', [text(' ')]),
    );
    expect(conversation.messages.at(-1)).toEqual(user([toolResult('a'), toolResult('b')]));
  });

  it('keeps the images of a result', () => {
    const picture = { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } };
    const conversation = readMessages(user('q'), asking(call('a')), result('a', [text('See:'), picture]));
    const block = { type: 'image', source: { type: 'url', url: 'https://example.org/cat.png' } };
    expect(conversation.messages.at(-1)).toEqual(user([toolResult('a', text('See:'), block)]));
  });

  it('answers a legacy function_call with the function message after it', () => {
    const conversation = readMessages(
      user('q'),
      { role: 'assistant', content: null, function_call: { name: 'look_up', arguments: '{"x":1}' } },
      { role: 'function', name: 'look_up', content: 'r' },
      { role: 'assistant', content: null, function_call: { name: 'look_up', arguments: '' } },
      { role: 'function', name: 'look_up', content: null },
    );
    expect(conversation.messages).toEqual([
      user([text('q')]),
      { role: 'assistant', content: [toolUse('function_call_1', { x: 1 })] },
      user([toolResult('function_call_1', text('r'))]),
      { role: 'assistant', content: [toolUse('function_call_3')] },
      user([toolResult('function_call_3')]),
    ]);
  });

  it('tells calls apart whose server numbers them anew in each answer', () => {
    const { messages } = readMessages(
      asking(call('a'), call('a_2')),
      result('a_2'),
      result('a'),
      asking(call('a')),
      result('a'),
    );
    expect(messages).toEqual([
      { role: 'assistant', content: [toolUse('a'), toolUse('a_2')] },
      user([toolResult('a_2', text('a_2')), toolResult('a', text('a'))]),
      { role: 'assistant', content: [toolUse('a_again3')] },
      user([toolResult('a_again3', text('a'))]),
    ]);
  });

  it('never makes an id that another call has', () => {
    const { messages } = readMessages(
      asking(call('a'), call('a_2')),
      result('a'),
      result('a_2'),
      asking(call('a')),
      result('a'),
    );
    const later = readMessages(
      asking(call('a')),
      result('a'),
      asking(call('a_again4')),
      result('a_again4'),
      asking(call('a')),
      result('a'),
    );
    expect(messages[2]?.content).toEqual([toolUse('a_again3')]);
    expect(later.messages[4]?.content).toEqual([toolUse('a_again4_')]);
  });

  it.each(['', '  ', '{}'])('reads %j as no arguments', (json) => {
    expect(readMessages(user('q'), asking(call('a', json)), result('a')).messages[1]?.content).toEqual([toolUse('a')]);
  });

  it('takes calls as models make them: with arguments that were cut off, under a made-up name', () => {
    const made = { id: 'a', type: 'function', function: { name: 'functions.get weather', arguments: '{"city":"Pa' } };
    expect(readMessages(user('q'), asking(made), result('a')).messages[1]?.content).toEqual([
      { type: 'tool_use', id: 'a', name: 'functions_get_weather', input: { city: 'Pa' } },
    ]);
    const legacy = { role: 'assistant', function_call: { name: 'f', arguments: '[1]' } };
    const { messages } = readMessages(user('q'), legacy, { role: 'function', name: 'f', content: 'r' });
    expect(messages[1]?.content).toMatchObject([{ type: 'tool_use', name: 'f', input: { arguments: [1] } }]);
  });

  it.each([
    ['a result without any call', [user('q'), result('a')], 'messages[1].tool_call_id'],
    ['a result of another call', [user('q'), asking(call('a')), result('x')], 'messages[2].tool_call_id'],
    ['a second result', [user('q'), asking(call('a')), result('a'), result('a')], 'messages[3].tool_call_id'],
    ['a late result', [asking(call('a')), result('a'), user('q'), result('a')], 'messages[3].tool_call_id'],
    ['a result without id', [user('q'), { role: 'tool', content: 'r' }], 'messages[1].tool_call_id'],
    ['a function message without call', [user('q'), { role: 'function', content: 'r' }], 'messages[1].role'],
    ['a call without result at the end', [user('q'), asking(call('a'))], 'messages[1].tool_calls'],
    ['a user message before the result', [asking(call('a')), user('q'), result('a')], 'messages[0].tool_calls'],
    ['an answer before all results', [asking(call('a'), call('b')), result('b'), asking()], 'messages[0].tool_calls'],
    ['one id twice in a message', [asking(call('a'), call('a')), result('a')], 'messages[0].tool_calls'],
    ['a call without id', [asking({ ...call('a'), id: undefined })], 'messages[0].tool_calls[0].id'],
    ['a call of another kind', [asking({ ...call('a'), type: 'custom' })], 'messages[0].tool_calls[0].type'],
    ['a call without function', [asking({ id: 'a', type: 'function' })], 'messages[0].tool_calls[0].function'],
    ['calls that are no list', [{ role: 'assistant', tool_calls: {} }], 'messages[0].tool_calls'],
  ])('refuses %s', (_, messages, param) => {
    expect(refusalOf(chatBody(...messages))).toMatchObject({ code: 'INVALID_REQUEST', param });
  });

  it('names the missing ids, cut short and not too many', () => {
    const few = refusalOf(chatBody(asking(call('a'), call('b\n'), call('c')), result('a')));
    expect(few.message).toContain('missing: "b\\n", "c".');
    const calls = Array.from({ length: 50 }, (_, index) => call(`${index}${'x'.repeat(1000)}`));
    expect(refusalOf(chatBody(asking(...calls))).message).toMatch(/ and 40 more\.$/);
    expect(refusalOf(chatBody(asking(...calls))).message.length).toBeLessThan(1000);
  });
});
