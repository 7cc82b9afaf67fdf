import { createOpenAICompatible, type OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import {
  generateObject,
  generateText,
  NoObjectGeneratedError,
  Output,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { model, targets, type Target } from './targets.ts';
import { answer, clock, conversations, question, rounds, weather } from './tool-loop.ts';

const tools = {
  weather: tool({
    description: 'How warm it is.',
    inputSchema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
    execute: weather,
  }),
  clock: tool({ description: 'How late it is.', inputSchema: z.object({ city: z.string() }), execute: clock }),
};
const toolLoop = { prompt: question, tools, stopWhen: stepCountIs(5), maxRetries: 0 };

/** Much of what a schema can say. The AI SDK writes it in draft 7, in which a tuple looks different from today's. */
const order = z.object({
  size: z.enum(['small', 'large']),
  place: z.tuple([z.string(), z.number()]),
  amounts: z.record(z.string(), z.int()),
  note: z.union([z.string(), z.null()]),
  mail: z.email(),
  parts: z.array(z.object({ share: z.number().min(0).max(1) })).min(1),
  gift: z.boolean().optional(),
});
const theOrder: z.infer<typeof order> = {
  size: 'large',
  place: ['Rome', 12],
  amounts: { soup: 2 },
  note: null,
  mail: 'ada@example.com',
  parts: [{ share: 0.5 }],
};

/** The parts of a step's stream whose order is the server's doing. */
const watched = new Set([
  'text-delta',
  'tool-input-start',
  'tool-input-delta',
  'tool-call',
  'tool-result',
  'finish-step',
]);

const recipe = z.object({ name: z.string(), minutes: z.number(), steps: z.array(z.string()) });
const soup = { name: 'Zwiebelsuppe “süß”', minutes: 45, steps: ['Peel the onions.', 'Cry.'] };

describe.each(targets)('the AI SDK against the $name', ({ start }) => {
  let target: Target;
  let provider: OpenAICompatibleProvider;

  beforeAll(async () => {
    target = await start();
    provider = createOpenAICompatible({
      name: 'target',
      baseURL: target.baseURL,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
  });

  afterAll(async () => {
    await target.stop();
  });

  test('generates a text in several steps with tools', async () => {
    target.script(rounds);
    const result = await generateText({ model: provider(model), ...toolLoop });

    expect(result.text).toBe(answer);
    expect(result.steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop']);
    expect(result.steps.map(({ toolResults }) => toolResults.map(({ output }) => output))).toEqual([
      ['21 degrees celsius in Paris'],
      ['25 degrees celsius in Rome', '12:00 in Rome'],
      [],
    ]);
    expect(result.totalUsage).toMatchObject({ inputTokens: 30, outputTokens: 21 });
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(conversations);
  });

  test('streams the same steps, and each part in its order', async () => {
    target.script(rounds);
    const result = streamText({ model: provider(model), ...toolLoop });
    const parts: string[] = [];
    for await (const { type } of result.fullStream) {
      if (watched.has(type) && type !== parts.at(-1)) parts.push(type);
    }

    expect(await result.text).toBe(answer);
    expect(await result.totalUsage).toMatchObject({ inputTokens: 30, outputTokens: 21 });
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(conversations);
    expect(parts.slice(0, parts.indexOf('finish-step') + 1)).toEqual([...watched]);
  });

  test('streams reasoning before the text, and before a tool call', async () => {
    target.script([
      { thinking: 'I need the clock.', toolCalls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] },
      { thinking: 'Noon, then.', text: 'It is noon.' },
    ]);
    const result = streamText({
      model: provider(model),
      ...toolLoop,
      providerOptions: { target: { reasoningEffort: 'low' } },
    });
    const steps = await result.steps;

    expect(steps.map(({ reasoningText }) => reasoningText)).toEqual(['I need the clock.', 'Noon, then.']);
    expect(steps.map(({ content }) => content.map(({ type }) => type))).toEqual([
      ['reasoning', 'tool-call', 'tool-result'],
      ['reasoning', 'text'],
    ]);
    expect(target.requests()[1]?.conversation).toEqual([
      { role: 'user', text: question },
      { role: 'assistant', text: '', calls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] },
      { role: 'tool', id: 'call_1', text: '12:00 in Rome' },
    ]);
  });

  test.each([
    ['required', 'required' as const, { choice: 'required' }],
    ['named', { type: 'tool' as const, toolName: 'clock' as const }, { choice: { tool: 'clock' } }],
  ])('has a tool called when the choice is %s', async (_title, toolChoice, expected) => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] }]);
    const result = await generateText({ model: provider(model), ...toolLoop, toolChoice, stopWhen: stepCountIs(1) });

    expect(result.toolCalls).toMatchObject([{ toolCallId: 'call_1', toolName: 'clock', input: { city: 'Rome' } }]);
    expect(target.requests()).toMatchObject([expected]);
  });

  test('generates an object', async () => {
    target.script([{ json: soup }]);
    const result = await generateObject({ model: provider(model), schema: recipe, prompt: 'A soup!', maxRetries: 0 });

    expect(result.object).toEqual(soup);
    expect(result.finishReason).toBe('stop');
    const properties = { name: { type: 'string' }, minutes: { type: 'number' }, steps: { type: 'array' } };
    expect(target.requests()).toMatchObject([{ schema: { properties } }]);
  });

  test('generates an object of many types', async () => {
    target.script([{ json: theOrder }]);
    const result = await generateObject({ model: provider(model), schema: order, prompt: 'An order!', maxRetries: 0 });

    expect(result.object).toEqual(theOrder);
  });

  test('has a tool called with many types', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'place', input: theOrder }] }]);
    const result = await generateText({
      model: provider(model),
      prompt: 'An order!',
      tools: { place: tool({ inputSchema: order }) },
      maxRetries: 0,
    });

    expect(result.toolCalls).toMatchObject([{ toolName: 'place', input: theOrder }]);
  });

  test('streams an object', async () => {
    target.script([{ json: soup }]);
    const result = streamObject({ model: provider(model), schema: recipe, prompt: 'A soup!', maxRetries: 0 });
    const partial: unknown[] = [];
    for await (const object of result.partialObjectStream) partial.push(object);

    expect(partial.length).toBeGreaterThan(2);
    expect(await result.object).toEqual(soup);
  });

  test('generates an object without a schema', async () => {
    target.script([{ json: soup }]);
    const result = await generateObject({
      model: provider(model),
      output: 'no-schema',
      prompt: 'A soup, as JSON!',
      maxRetries: 0,
    });

    expect(result.object).toEqual(soup);
  });

  test('finds no object in a refusal', async () => {
    target.script([{ refusal: 'No soup for you.' }]);
    const generating = generateObject({ model: provider(model), schema: recipe, prompt: 'A soup!', maxRetries: 0 });

    await expect(generating).rejects.toThrow(NoObjectGeneratedError);
  });

  test('generates an object after a tool call', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'clock', input: { city: 'Rome' } }] }, { json: soup }]);
    const result = await generateText({
      model: provider(model),
      ...toolLoop,
      output: Output.object({ schema: recipe }),
    });

    expect(result.output).toEqual(soup);
    expect(result.steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'stop']);
  });
});
