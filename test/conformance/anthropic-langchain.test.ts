import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage, type AIMessageChunk } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cheapModel as model } from '../support/harness.ts';
import { afterFirstRound, firstAnswer, parisWeather } from './messages-tool-loop.ts';
import { messagesTargets, type MessagesTarget } from './messages-targets.ts';
import { answer, question, weather } from './tool-loop.ts';

const weatherTool = tool(weather, {
  name: 'weather',
  description: 'How warm it is.',
  schema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
});

describe.each(messagesTargets)("LangChain's ChatAnthropic against the $name", ({ start }) => {
  let target: MessagesTarget;
  let chat: ChatAnthropic;

  beforeAll(async () => {
    target = await start();
    chat = chatWith({});
  });

  afterAll(async () => {
    await target.stop();
  });

  const chatWith = (fields: ConstructorParameters<typeof ChatAnthropic>[0]): ChatAnthropic =>
    new ChatAnthropic({
      model,
      maxTokens: 4000,
      apiKey: 'any',
      anthropicApiUrl: target.baseURL,
      maxRetries: 0,
      ...(fields as object),
    });

  test('leads a loop over a tool, and gives signed thinking back', async () => {
    target.behave([firstAnswer, { kind: 'answer', text: answer }]);
    const thinking = chatWith({ thinking: { type: 'enabled', budget_tokens: 1500 } }).bindTools([weatherTool]);
    const called = await thinking.invoke([new HumanMessage(question)]);
    const [call] = called.tool_calls ?? [];
    const result: unknown = await weatherTool.invoke({ ...(call ?? never()), type: 'tool_call' });
    if (!ToolMessage.isInstance(result)) throw new Error('the tool gave no message');
    const done = await thinking.invoke([new HumanMessage(question), called, result]);

    expect(call).toMatchObject({ id: 'toolu_paris', name: 'weather', args: parisWeather.input });
    expect(done.text).toBe(answer);
    expect(target.prompts()[1]?.messages).toEqual(afterFirstRound);
  });

  test('streams a text piece by piece, with its usage', async () => {
    target.behave([{ kind: 'answer', text: answer, usage: { input_tokens: 10, output_tokens: 7 } }]);
    const pieces: string[] = [];
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await chat.stream(question)) {
      if (chunk.text !== '') pieces.push(chunk.text);
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }

    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(answer);
    // It adds the one token that the API's first event counts to the final figure.
    expect(whole?.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 8 });
  });

  test('gives an object of a schema', async () => {
    target.behave([{ kind: 'answer', toolUses: [{ name: 'place', input: { city: 'Rome' } }] }]);
    const place = chat.withStructuredOutput(z.object({ city: z.string() }), {
      name: 'place',
      method: 'functionCalling',
    });

    expect(await place.invoke(question)).toEqual({ city: 'Rome' });
    expect(target.prompts()[0]?.tool_choice).toMatchObject({ type: 'tool', name: 'place' });
  });

  test('fails with the status of a refused request', async () => {
    target.behave([{ kind: 'error', status: 529 }]);
    await expect(chat.invoke(question)).rejects.toMatchObject({ status: 529 });
  });
});

function never(): never {
  throw new Error('the model called no tool');
}
