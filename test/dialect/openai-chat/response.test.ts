import { describe, expect, it } from 'vitest';
import {
  call,
  chatUsage,
  collect,
  collectChoices,
  end,
  model,
  redacted,
  restart,
  refusal,
  start,
  text,
  thinking,
  type ChoiceEvent,
} from './answer.ts';

const choice = (message: object, finish_reason = 'stop', index = 0) => ({
  index,
  message: { role: 'assistant', refusal: null, ...message },
  logprobs: null,
  finish_reason,
});
const toolCall = (id: string, name: string, json: string) => ({
  id,
  type: 'function',
  function: { name, arguments: json },
});
const of = (index: number, ...events: ChoiceEvent[0][]) => events.map((event): ChoiceEvent => [event, index]);

describe('createChatCollector', () => {
  it('joins the deltas of an answer', () => {
    expect(collect([start(), ...text('Hel', 'lo'), end()])).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model,
      choices: [choice({ content: 'Hello' })],
      usage: chatUsage,
    });
  });

  it('gives thinking under both names that clients look for', () => {
    const completion = collect([start(), ...thinking('Let me ', 'see.'), ...redacted, ...text('Hello'), end()]);
    expect(completion.choices).toEqual([
      choice({ content: 'Hello', reasoning_content: 'Let me see.', reasoning: 'Let me see.' }),
    ]);
  });

  it('gives no thinking where it is hidden', () => {
    const completion = collect([start(), ...thinking('Hm'), ...text('Hello'), end()], { showReasoning: false });
    expect(completion.choices).toEqual([choice({ content: 'Hello' })]);
  });

  it('gives an empty text when the limit was reached while thinking', () => {
    const completion = collect([start(), ...thinking('Hm'), end('max_tokens')]);
    expect(completion.choices).toEqual([choice({ content: '', reasoning_content: 'Hm', reasoning: 'Hm' }, 'length')]);
  });

  it('forgets everything when the answer begins again', () => {
    const first = [...thinking('Hm'), ...text('Hel'), ...call('toolu_1', 'look_up', '{}'), ...refusal('No')];
    const completion = collect([start('first'), ...first, restart('second'), ...text('Hello'), end()]);
    expect(completion).toMatchObject({ model: 'second' });
    expect(completion.choices).toEqual([choice({ content: 'Hello' })]);
  });

  it('forgets a call of the old form when the answer begins again', () => {
    const events = [start(), ...call('toolu_1', 'add', '{"a":'), restart(), ...call('toolu_2', 'look_up', '{}')];
    const completion = collect([...events, end('tool_use')], { legacyFunctions: true });
    expect(completion.choices[0]?.message.function_call).toEqual({ name: 'look_up', arguments: '{}' });
  });

  it('refuses to pass an unfinished answer off as a whole one', () => {
    expect(() => collect([start(), ...text('Hel')])).toThrow('before its end');
  });
});

describe('the calls of a collected answer', () => {
  it('are joined, with null for a text where there is none', () => {
    const events = [...call('toolu_1', 'look_up', '{"ci', 'ty":1}'), ...call('toolu_2', 'now'), ...call('c', 'f', '')];
    expect(collect([start(), ...events, end('tool_use')]).choices).toEqual([
      choice(
        {
          content: null,
          tool_calls: [
            toolCall('toolu_1', 'look_up', '{"city":1}'),
            toolCall('toolu_2', 'now', '{}'),
            toolCall('c', 'f', '{}'),
          ],
        },
        'tool_calls',
      ),
    ]);
  });

  it('stand beside the text and the thinking before them', () => {
    const events = [...thinking('Hm'), ...text('Let me see.'), ...call('toolu_1', 'look_up', '{}')];
    expect(collect([start(), ...events, end('tool_use')]).choices).toEqual([
      choice(
        {
          content: 'Let me see.',
          reasoning_content: 'Hm',
          reasoning: 'Hm',
          tool_calls: [toolCall('toolu_1', 'look_up', '{}')],
        },
        'tool_calls',
      ),
    ]);
  });

  it('are one function_call in the old form', () => {
    const events = [...call('toolu_1', 'look_up', '{"a"', ':1}'), ...call('toolu_2', 'add', '{}')];
    expect(collect([start(), ...events, end('tool_use')], { legacyFunctions: true }).choices).toEqual([
      choice({ content: null, function_call: { name: 'look_up', arguments: '{"a":1}' } }, 'function_call'),
    ]);
  });
});

describe('a collected answer that declines', () => {
  it('says so in refusal, and only there, where the answer was to have a form', () => {
    const completion = collect([start(), ...refusal('I would ', 'rather not.'), end('refusal')], { hasOutput: true });
    expect(completion.choices).toEqual([choice({ content: null, refusal: 'I would rather not.' })]);
  });

  it('is given words where it has none', () => {
    const completion = collect([start(), end('refusal')], { hasOutput: true });
    expect(completion.choices).toEqual([choice({ content: null, refusal: 'The model declined to answer.' })]);
  });

  it('is filtered content where any form would have done', () => {
    const completion = collect([start(), end('refusal')]);
    expect(completion.choices).toEqual([choice({ content: '' }, 'content_filter')]);
  });
});

describe('a collected answer with several choices', () => {
  const events = [
    ...of(1, start(), ...call('toolu_1', 'look_up', '{"a":')),
    ...of(0, start(), ...text('Hel', 'lo'), end()),
    // One that begins again takes nothing from the others.
    ...of(1, restart(), ...text('Hi'), end('max_tokens')),
  ];

  it('has them in order, and the usage of all of them', () => {
    const completion = collectChoices(events, { choices: 2 });
    expect(completion.choices).toEqual([choice({ content: 'Hello' }), choice({ content: 'Hi' }, 'length', 1)]);
    expect(completion.usage).toEqual({
      prompt_tokens: 6420,
      completion_tokens: 80,
      total_tokens: 6500,
      prompt_tokens_details: { cached_tokens: 400 },
      completion_tokens_details: { reasoning_tokens: 30 },
    });
  });

  it('leaves out those that never ended, under the index that each was given', () => {
    const completion = collectChoices([...of(0, start(), ...text('Hel')), ...of(1, start(), ...text('Hi'), end())], {
      choices: 2,
    });
    expect(completion.choices).toEqual([choice({ content: 'Hi' }, 'stop', 1)]);
    expect(completion.usage).toEqual(chatUsage);
  });

  it('is none when no choice has ended', () => {
    const unfinished = [...of(0, start(), ...text('Hel')), ...of(1, start())];
    expect(() => collectChoices(unfinished, { choices: 2 })).toThrow('before its end');
  });
});
