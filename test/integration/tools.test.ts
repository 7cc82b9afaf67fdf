import type { ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToolUse } from '../../src/stand-in/behaviour.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

const question: ChatCompletionMessageParam = { role: 'user', content: 'What is the weather in Paris and in Rome?' };
const weather: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const time: ChatCompletionTool = { type: 'function', function: { name: 'get_time' } };

/** A call as the model makes it: under the name that it knows the tool by. */
const use = (id: string, name: string, input: Record<string, unknown>): ToolUse => ({
  id,
  name: `mcp__client__${name}`,
  input,
});
const paris = use('toolu_paris', 'get_weather', { city: 'Paris' });
const rome = use('toolu_rome', 'get_weather', { city: 'Rome' });

const lastRequest = () => harness.standIn.requests.at(-1);
const ask = (fields: object = {}, from = harness) =>
  from.client.chat.completions.create({
    model: cheapModel,
    messages: [question],
    tools: [weather],
    stream: false,
    ...fields,
  });

describe('tools', () => {
  test('reach the model word for word, and nothing else does', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'ok' });
    const parameters = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { 'a.b': { anyOf: [{ type: 'string', pattern: '^x' }, { $ref: '#/$defs/n' }] } },
      $defs: { n: { type: ['integer', 'null'], minimum: 0 } },
      additionalProperties: false,
    };
    const description = `Ünïcödé 🦜 ${'and much more '.repeat(500)}end`;
    await ask({ tools: [{ type: 'function', function: { name: 'Bash', description, parameters } }, time] });

    expect(upstreamBody(lastRequest()).tools).toEqual([
      { name: 'mcp__client__Bash', description, input_schema: parameters },
      { name: 'mcp__client__get_time', input_schema: { type: 'object', properties: {} } },
    ]);
    expect(systemOf(lastRequest())).toEqual([]);
    expect(conversationOf(lastRequest())).toEqual([{ role: 'user', content: [question.content] }]);
  });

  test('may be 128 with large schemas', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [`field_${at}`, { type: 'string', description: 'd'.repeat(100) }]),
    );
    const tools = Array.from({ length: 128 }, (_, at) => ({
      type: 'function',
      function: { name: `tool_${at}`, description: 'x'.repeat(1000), parameters: { type: 'object', properties } },
    }));
    harness.standIn.behave({ kind: 'answer', toolUses: [use('toolu_1', 'tool_127', { field_0: 'y' })] });
    const completion = await ask({ tools });

    expect(upstreamBody(lastRequest()).tools).toHaveLength(128);
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'tool_127' } }]);
  });

  test('may have names as long as the API takes, of which the client sees its own', async () => {
    const [first, second] = ['a', 'b'].map((end) => 'n'.repeat(63) + end);
    harness.standIn.behave((request) => ({
      kind: 'answer',
      toolUses: [{ id: 'toolu_1', name: upstreamBody(request).tools?.[1]?.name ?? '', input: {} }],
    }));
    const completion = await ask({ tools: [first, second].map((name) => ({ type: 'function', function: { name } })) });

    for (const { name } of upstreamBody(lastRequest()).tools ?? []) expect(name.length).toBeLessThanOrEqual(64);
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: second } }]);
  });
});

describe('a call', () => {
  test('comes whole without stream', async () => {
    harness.standIn.behave({ kind: 'answer', toolUses: [paris, rome], usage: { output_tokens: 33 } });
    const completion = await ask();

    expect(completion.choices).toEqual([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          tool_calls: [
            { id: 'toolu_paris', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
            { id: 'toolu_rome', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]);
    expect(completion.usage?.completion_tokens).toBe(33);
  });

  test('comes in pieces with stream, after the text before it', async () => {
    const note = use('toolu_note', 'get_weather', { city: 'a city whose name takes several pieces' });
    harness.standIn.behave({ kind: 'answer', text: 'Let me look.', toolUses: [note, use('toolu_t', 'get_time', {})] });
    const stream = await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [question],
      tools: [weather, time],
      stream: true,
    });
    const choices = [];
    for await (const chunk of stream) choices.push(...chunk.choices);
    const deltas = choices.map(({ delta }) => delta);
    const calls = deltas.flatMap((delta) => delta.tool_calls ?? []);

    expect(deltas.map(({ content }) => content ?? '').join('')).toBe('Let me look.');
    expect(calls.filter(({ id }) => id !== undefined)).toEqual([
      { index: 0, id: 'toolu_note', type: 'function', function: { name: 'get_weather', arguments: '' } },
      { index: 1, id: 'toolu_t', type: 'function', function: { name: 'get_time', arguments: '' } },
    ]);
    const piecesOf = (call: number) => calls.filter(({ index }) => index === call).map((c) => c.function?.arguments);
    expect(piecesOf(0).length).toBeGreaterThan(2);
    expect(piecesOf(0).join('')).toBe(JSON.stringify(note.input));
    expect(piecesOf(1).join('')).toBe('{}');
    expect(choices.at(-1)).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  test('ends the turn: the CLI asks the API for nothing more, and its process waits again', async () => {
    harness.standIn.behave([{ kind: 'answer', toolUses: [paris] }, { kind: 'hang' }]);
    const before = harness.standIn.requests.length;
    await ask();

    await expect.poll(() => harness.allWait()).toBe(true);
    expect(harness.standIn.requests.length).toBe(before + 1);
  });

  test('is a function_call for a client that offers functions', async () => {
    harness.standIn.behave({ kind: 'answer', toolUses: [paris] });
    const fields = { tools: undefined, functions: [weather.function] };
    const completion = await ask(fields);

    expect(upstreamBody(lastRequest()).tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { content: null, function_call: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
    });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
  });
});

describe('a follow-up', () => {
  const calls: ChatCompletionMessageParam = {
    role: 'assistant',
    content: 'Let me look.',
    tool_calls: [paris, rome].map(({ id, input }) => ({
      id: id ?? '',
      type: 'function',
      function: { name: 'get_weather', arguments: JSON.stringify(input) },
    })),
  };
  // In another order than the calls, and as parts, since clients do both.
  const results = [
    { role: 'tool', tool_call_id: 'toolu_rome', content: '25 degrees' },
    {
      role: 'tool',
      tool_call_id: 'toolu_paris',
      content: [
        { type: 'text', text: 'Error: no station, but a picture' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
      ],
    },
    { role: 'user', content: 'In one line, please.' },
  ];
  const seen = [
    { role: 'user', content: ['What is the weather in Paris and in Rome?'] },
    {
      role: 'assistant',
      content: [
        'Let me look.',
        { type: 'tool_use', id: 'toolu_paris', name: 'mcp__client__get_weather', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'toolu_rome', name: 'mcp__client__get_weather', input: { city: 'Rome' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_rome', content: [{ type: 'text', text: '25 degrees' }] },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_paris',
          content: [
            { type: 'text', text: 'Error: no station, but a picture' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
        },
        'In one line, please.',
      ],
    },
  ];

  test('goes on from the results, whatever harness gave the calls', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'Fine.' });
    const completion = await ask({ messages: [question, calls, ...results] });

    expect(completion.choices[0]).toMatchObject({ message: { content: 'Fine.' }, finish_reason: 'stop' });
    expect(conversationOf(lastRequest())).toEqual(seen);
  });

  test.each([
    ['are forbidden', { tool_choice: 'none' }, { description: weather.function.description }],
    ['are not sent again', { tools: undefined }, { input_schema: { type: 'object' } }],
  ])('may do without more calls: tools that %s are known to the API and not offered', async (_how, fields, known) => {
    harness.standIn.behave({ kind: 'answer', text: 'Fine.' });
    await ask({ messages: [question, calls, ...results], ...fields });

    expect(upstreamBody(lastRequest()).tool_choice).toEqual({ type: 'none' });
    expect(upstreamBody(lastRequest()).tools).toMatchObject([{ name: 'mcp__client__get_weather', ...known }]);
    expect(conversationOf(lastRequest())).toEqual(seen);
  });
});
