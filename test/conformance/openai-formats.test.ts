import OpenAI from 'openai';
import { LengthFinishReasonError } from 'openai/error';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { VERSION } from 'openai/version';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { model, targets, type Target } from './targets.ts';
import { clock, question } from './tool-loop.ts';

const messages = [{ role: 'user' as const, content: question }];

const person = z.object({ name: z.string(), age: z.int(), hobbies: z.array(z.string()) });
const ada = { name: 'Ada “the first” Lovelace', age: 36, hobbies: ['maths', 'horses'] };
const response_format = zodResponseFormat(person, 'person');

/** The first chunk of a stream has an empty content; the client adds it to the message from its version 7 on. */
const emptyContent = Number(VERSION.split('.')[0]) < 7 ? null : '';

const clockTool = zodFunction({ name: 'clock', parameters: z.object({ city: z.string() }), function: clock });

describe.each(targets)('a response format of the official client against the $name', ({ start }) => {
  let target: Target;
  let client: OpenAI;

  beforeAll(async () => {
    target = await start();
    client = new OpenAI({ baseURL: target.baseURL, apiKey: 'any', maxRetries: 0 });
  });

  afterAll(async () => {
    await target.stop();
  });

  test('gives an object that was parsed', async () => {
    target.script([{ json: ada }]);
    const completion = await client.chat.completions.parse({ model, messages, response_format });

    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { parsed: ada, refusal: null } });
    expect(completion.choices[0]?.message.tool_calls ?? []).toEqual([]);
    const properties = { name: { type: 'string' }, age: { type: 'integer' }, hobbies: { type: 'array' } };
    expect(target.requests()).toMatchObject([{ schema: { properties, required: ['name', 'age', 'hobbies'] } }]);
  });

  test('gives an object from a model that thinks', async () => {
    target.script([{ thinking: 'Ada, of course.', json: ada }]);
    const options = { response_format, reasoning_effort: 'low' as const };
    const { choices } = await client.chat.completions.parse({ model, messages, ...options });

    expect(choices[0]?.message).toMatchObject({ parsed: ada, reasoning: 'Ada, of course.' });
  });

  test('gives an object that grows while it is streamed', async () => {
    target.script([{ json: ada }]);
    const stream = client.chat.completions.stream({ model, messages, response_format });
    const partial: unknown[] = [];
    stream.on('content.delta', ({ parsed }) => partial.push(parsed));
    const completion = await stream.finalChatCompletion();

    expect(partial.length).toBeGreaterThan(2);
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { parsed: ada } });
  });

  test('goes with tools: a call first, the object after it', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] }, { json: ada }]);
    const runner = client.chat.completions.runTools({ model, messages, tools: [clockTool], response_format });
    const completion = await runner.finalChatCompletion();

    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { parsed: ada } });
    expect(target.requests()[1]?.conversation).toEqual([
      { role: 'user', text: question },
      { role: 'assistant', text: '', calls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] },
      { role: 'tool', id: 'call_1', text: '12:00 in Rome' },
    ]);
  });

  test('leaves room for a refusal', async () => {
    target.script([{ refusal: 'I would rather not say.' }]);
    const completion = await client.chat.completions.parse({ model, messages, response_format });

    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: null, parsed: null, refusal: 'I would rather not say.' },
    });
  });

  test('leaves room for a refusal that is streamed', async () => {
    target.script([{ refusal: 'I would rather not say.' }]);
    const stream = client.chat.completions.stream({ model, messages, response_format });
    const refusals: string[] = [];
    stream.on('refusal.done', ({ refusal }) => refusals.push(refusal));
    const completion = await stream.finalChatCompletion();

    expect(refusals).toEqual(['I would rather not say.']);
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: emptyContent, parsed: null, refusal: 'I would rather not say.' },
    });
  });

  test('takes no object from an answer that was cut short', async () => {
    target.script([{ json: ada, stopReason: 'max_tokens' }]);
    const parsing = client.chat.completions.parse({ model, messages, response_format });

    await expect(parsing).rejects.toThrow(LengthFinishReasonError);
  });
});
