import { createAnthropic, type AnthropicProvider } from '@ai-sdk/anthropic';
import { APICallError, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cheapModel as model } from '../support/harness.ts';
import { afterFirstRound, firstAnswer } from './messages-tool-loop.ts';
import { messagesTargets, type MessagesTarget } from './messages-targets.ts';
import { answer, clock, question, weather } from './tool-loop.ts';

const tools = {
  weather: tool({
    description: 'How warm it is.',
    inputSchema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
    execute: weather,
  }),
  clock: tool({ description: 'How late it is.', inputSchema: z.object({ city: z.string() }), execute: clock }),
};
const romeWeather = { id: 'toolu_rome', name: 'weather', input: { city: 'Rome', unit: 'celsius' } };
const romeClock = { id: 'toolu_clock', name: 'clock', input: { city: 'Rome' } };
const thinking = { anthropic: { thinking: { type: 'enabled' as const, budgetTokens: 1500 } } };

describe.each(messagesTargets)("the AI SDK's Anthropic provider against the $name", ({ start }) => {
  let target: MessagesTarget;
  let provider: AnthropicProvider;

  beforeAll(async () => {
    target = await start();
    provider = createAnthropic({ baseURL: `${target.baseURL}/v1`, apiKey: 'any' });
  });

  afterAll(async () => {
    await target.stop();
  });

  const loop = () => {
    target.behave([
      firstAnswer,
      { kind: 'answer', thinking: 'And now?', toolUses: [romeWeather, romeClock] },
      { kind: 'answer', text: answer },
    ]);
    return {
      model: provider(model),
      system: 'Be brief.',
      prompt: question,
      tools,
      stopWhen: stepCountIs(5),
      maxRetries: 0,
      providerOptions: thinking,
    };
  };

  /** Thoughts with their signatures, calls and results, as the model must see them in the third round. */
  const lastPrompt = [
    ...afterFirstRound,
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'And now?', signature: 'c3RhbmQtaW4=' },
        { type: 'tool_use', ...romeWeather },
        { type: 'tool_use', ...romeClock },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_rome', content: [text('25 degrees celsius in Rome')] },
        { type: 'tool_result', tool_use_id: 'toolu_clock', content: [text('12:00 in Rome')] },
      ],
    },
  ];

  test('generates a text in several steps with tools and thinking', async () => {
    const result = await generateText(loop());

    expect(result.text).toBe(answer);
    expect(result.steps.map(({ reasoningText }) => reasoningText)).toEqual(['Hm.', 'And now?', undefined]);
    expect(target.prompts()[2]?.messages).toEqual(lastPrompt);
  });

  test('streams a text in several steps with tools and thinking', async () => {
    const result = streamText(loop());
    let said = '';
    for await (const piece of result.textStream) said += piece;

    expect(said).toBe(`Let me see.${answer}`);
    expect(await result.finishReason).toBe('stop');
    expect(target.prompts()[2]?.messages).toEqual(lastPrompt);
  });

  test('counts the tokens of prompt and answer', async () => {
    target.behave([{ kind: 'answer', text: 'Yes.', usage: { input_tokens: 11, output_tokens: 3 } }]);
    const { usage } = await generateText({ model: provider(model), prompt: question, maxRetries: 0 });

    expect(usage).toMatchObject({ inputTokens: 11, outputTokens: 3 });
  });

  test('generates an object', async () => {
    target.behave([{ kind: 'answer', toolUses: [{ name: 'json', input: { city: 'Rome' } }] }]);
    const { object } = await generateObject({
      model: provider(model),
      schema: z.object({ city: z.string() }),
      prompt: question,
      maxRetries: 0,
      providerOptions: { anthropic: { structuredOutputMode: 'jsonTool' } },
    });

    expect(object).toEqual({ city: 'Rome' });
    expect(target.prompts()[0]?.tools.map(({ name }) => name)).toEqual(['json']);
  });

  test('fails with the status and type of a refused request', async () => {
    target.behave([{ kind: 'error', status: 529 }]);
    const failure: unknown = await generateText({ model: provider(model), prompt: question, maxRetries: 0 }).catch(
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(APICallError);
    expect(failure).toMatchObject({ statusCode: 529, isRetryable: true });
  });
});

function text(words: string): { type: 'text'; text: string } {
  return { type: 'text', text: words };
}
