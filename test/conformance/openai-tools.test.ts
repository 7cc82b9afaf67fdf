import OpenAI from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { model, targets, type Target } from './targets.ts';
import { answer, clock, conversations, question, rounds, weather } from './tool-loop.ts';

const messages = [{ role: 'user' as const, content: question }];
const usage = { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 };

const weatherInput = z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) });
const clockInput = z.object({ city: z.string() });
const loopTools = [
  zodFunction({ name: 'weather', parameters: weatherInput, function: weather }),
  zodFunction({ name: 'clock', parameters: clockInput, function: clock }),
];

const plainTools: ChatCompletionFunctionTool[] = ['weather', 'clock'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } },
}));
const twoCalls = [
  { id: 'call_1', name: 'weather', input: { city: 'Saint-Rémy-de-Provence' } },
  { id: 'call_2', name: 'clock', input: { city: 'Rome' } },
];
const twoCallsOnTheWire = twoCalls.map(({ id, name, input }) => ({
  id,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
}));

describe.each(targets)('tools of the official client against the $name', ({ start }) => {
  let target: Target;
  let client: OpenAI;

  beforeAll(async () => {
    target = await start();
    client = new OpenAI({ baseURL: target.baseURL, apiKey: 'any', maxRetries: 0 });
  });

  afterAll(async () => {
    await target.stop();
  });

  test.each([{ stream: false }, { stream: true }])('run in three rounds (stream: $stream)', async ({ stream }) => {
    target.script(rounds);
    const { completions } = client.chat;
    const runner = stream
      ? completions.runTools({ model, messages, tools: loopTools, stream })
      : completions.runTools({ model, messages, tools: loopTools });

    expect(await runner.finalContent()).toBe(answer);
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(conversations);
  });

  test('are streamed with their arguments piece by piece', async () => {
    target.script([{ text: 'Let me see.', toolCalls: twoCalls }]);
    const stream = client.chat.completions.stream({ model, messages, tools: plainTools });
    const pieces = new Map<number, string[]>();
    stream.on('tool_calls.function.arguments.delta', ({ index, arguments_delta }) => {
      pieces.set(index, [...(pieces.get(index) ?? []), arguments_delta]);
    });
    const done: unknown[] = [];
    stream.on('tool_calls.function.arguments.done', ({ index, name, arguments: json }) => {
      done.push({ index, name, input: JSON.parse(json) as unknown });
    });
    const completion = await stream.finalChatCompletion();

    expect(pieces.get(0)?.length).toBeGreaterThan(2);
    expect([...pieces.values()].map((parts) => parts.join(''))).toEqual(
      twoCalls.map(({ input }) => JSON.stringify(input)),
    );
    expect(done).toEqual(twoCalls.map(({ name, input }, index) => ({ index, name, input })));
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'Let me see.', tool_calls: twoCallsOnTheWire },
    });
  });

  test('come whole without a stream, and no text is null', async () => {
    target.script([{ toolCalls: twoCalls }]);
    const completion = await client.chat.completions.create({ model, messages, tools: plainTools });

    expect(completion.choices).toEqual([
      expect.objectContaining({
        index: 0,
        logprobs: null,
        finish_reason: 'tool_calls',
        message: { role: 'assistant', content: null, refusal: null, tool_calls: twoCallsOnTheWire },
      }),
    ]);
    expect(completion.usage).toMatchObject(usage);
  });

  test('reach the model with their parameters', async () => {
    target.script([{ text: 'No need.' }]);
    await client.chat.completions.create({ model, messages, tools: plainTools });

    expect(target.requests()).toMatchObject([
      {
        choice: 'auto',
        parallel: true,
        tools: plainTools.map(({ function: { name, parameters } }) => ({ name, parameters })),
      },
    ]);
  });

  test.each([
    ['required', { tool_choice: 'required' as const }, { choice: 'required', parallel: true }],
    [
      'one by name',
      { tool_choice: { type: 'function' as const, function: { name: 'clock' } } },
      { choice: { tool: 'clock' }, tools: [{ name: 'clock' }] },
    ],
    ['one at a time', { parallel_tool_calls: false }, { choice: 'auto', parallel: false }],
  ])('%s: the choice reaches the model', async (_title, options, expected) => {
    target.script([{ toolCalls: twoCalls.slice(1) }]);
    await client.chat.completions.create({ model, messages, tools: plainTools, ...options });

    expect(target.requests()).toMatchObject([expected]);
  });

  test('keep the longest name that OpenAI allows', async () => {
    const name = `${'a_name_that_says_it_all_'.repeat(3).slice(0, 62)}_1`;
    const call = { id: 'call_1', name, input: { city: 'Rome' } };
    target.script([{ toolCalls: [call] }, { toolCalls: [{ ...call, id: 'call_2' }] }, { text: answer }]);
    const seen: string[] = [];
    const tool = zodFunction({ name, parameters: clockInput, function: ({ city }) => seen.push(city) });
    const runner = client.chat.completions.runTools({ model, messages, tools: [tool] });

    expect(await runner.finalContent()).toBe(answer);
    expect(seen).toEqual(['Rome', 'Rome']);
  });

  test('can have been called by another model, whose ids look otherwise', async () => {
    target.script([{ text: answer }]);
    const id = 'functions.clock:0';
    const call = { id, type: 'function' as const, function: { name: 'clock', arguments: '{"city":"Rome"}' } };
    await client.chat.completions.create({
      model,
      messages: [
        ...messages,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: id, content: '12:00 in Rome' },
      ],
      tools: plainTools,
    });

    const [, called, result] = target.requests()[0]?.conversation ?? [];
    expect(called).toMatchObject({ calls: [{ name: 'clock', input: { city: 'Rome' } }] });
    expect(result).toMatchObject({ role: 'tool', text: '12:00 in Rome' });
  });

  test('are called when they must be, by a model that thinks', async () => {
    target.script([{ thinking: 'The clock, then.', toolCalls: twoCalls.slice(1) }]);
    const options = { tools: plainTools, tool_choice: 'required' as const, reasoning_effort: 'low' as const };
    const { choices } = await client.chat.completions.create({ model, messages, ...options });

    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: twoCallsOnTheWire.slice(1), reasoning: 'The clock, then.' },
    });
  });

  test('that are strict come with parsed arguments', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] }]);
    const completion = await client.chat.completions.parse({ model, messages, tools: loopTools });

    const call = completion.choices[0]?.message.tool_calls?.[0];
    expect(call?.function.parsed_arguments).toEqual({ city: 'Rome' });
  });
});
