import { Agent, OpenAIChatCompletionsModel, type AgentOutputType, type Model } from '@openai/agents';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clockCall, instructions, runner, told, tools } from './agent-tools.ts';
import type { ScriptedAnswer } from './script.ts';
import { model, targets, type Target } from './targets.ts';
import { answer, conversations, question, rounds } from './tool-loop.ts';

const clockRound = [
  { role: 'assistant', text: '', calls: [clockCall] },
  { role: 'tool', id: 'call_1', text: '12:00 in Rome' },
];

describe.each(targets)('agents against the $name', ({ start }) => {
  let target: Target;
  let chat: Model;

  beforeAll(async () => {
    target = await start();
    const client = new OpenAI({ baseURL: target.baseURL, apiKey: 'any', maxRetries: 0 });
    chat = new OpenAIChatCompletionsModel(client, model);
  });

  afterAll(async () => {
    await target.stop();
  });

  const city = () => new Agent({ name: 'city', instructions, model: chat, tools });

  test('lead a loop over two tools', async () => {
    target.script(rounds);
    const result = await runner.run(city(), question);

    expect(result.finalOutput).toBe(answer);
    expect(result.state.usage).toMatchObject({ requests: 3, inputTokens: 30, outputTokens: 21 });
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(
      conversations.map((said) => [told, ...said]),
    );
  });

  test('lead the same loop with streams', async () => {
    target.script(rounds);
    const result = await runner.run(city(), question, { stream: true });
    const texts: string[] = [];
    for await (const piece of result.toTextStream()) texts.push(piece);
    await result.completed;

    expect(result.finalOutput).toBe(answer);
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.join('')).toBe(`Let me see.${answer}`);
    expect(result.state.usage).toMatchObject({ requests: 3, inputTokens: 30, outputTokens: 21 });
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(
      conversations.map((said) => [told, ...said]),
    );
  });

  test.each([{ stream: false }, { stream: true }])(
    'end with an object after a tool call (stream: $stream)',
    async ({ stream }) => {
      target.script([{ toolCalls: [clockCall] }, { json: { hour: 12, city: 'Rome' } }]);
      const outputType = z.object({ hour: z.number(), city: z.string() });
      const agent = new Agent({ name: 'city', instructions, model: chat, tools, outputType });

      expect(await finalOutput(agent, stream)).toEqual({ hour: 12, city: 'Rome' });
      expect(target.requests()).toMatchObject([
        { schema: { properties: { hour: { type: 'number' } } } },
        { conversation: [told, { role: 'user', text: question }, ...clockRound] },
      ]);
    },
  );

  test.each([{ stream: false }, { stream: true }])(
    'think on the way to a tool and after it (stream: $stream)',
    async ({ stream }) => {
      const thinking: ScriptedAnswer[] = [
        { thinking: 'I need the clock.', toolCalls: [clockCall] },
        { thinking: 'Noon, then.', text: 'It is noon.' },
      ];
      target.script(thinking);
      const agent = city().clone({ modelSettings: { reasoning: { effort: 'low' } } });

      expect(await finalOutput(agent, stream)).toBe('It is noon.');
      expect(target.requests()[1]?.conversation).toEqual([told, { role: 'user', text: question }, ...clockRound]);
    },
  );

  test('hand over to one another', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'transfer_to_poet', input: {} }] }, { text: 'O Rome!' }]);
    const poet = new Agent({ name: 'poet', instructions: 'You rhyme.', model: chat });
    const agent = city().clone({ handoffs: [poet] });
    const result = await runner.run(agent, question);

    expect(result.finalOutput).toBe('O Rome!');
    expect(result.lastAgent?.name).toBe('poet');
    expect(target.requests()[0]?.tools.map(({ name }) => name)).toEqual(['weather', 'clock', 'transfer_to_poet']);
    expect(target.requests()[1]?.conversation).toMatchObject([
      { role: 'system', text: 'You rhyme.' },
      { role: 'user', text: question },
      { role: 'assistant', calls: [{ id: 'call_1', name: 'transfer_to_poet', input: {} }] },
      { role: 'tool', id: 'call_1' },
    ]);
  });

  test('have a tool called that is required, and then are free', async () => {
    target.script([{ toolCalls: [clockCall] }, { text: 'It is noon.' }]);
    const agent = city().clone({ modelSettings: { toolChoice: 'clock', parallelToolCalls: false } });
    const result = await runner.run(agent, question);

    expect(result.finalOutput).toBe('It is noon.');
    expect(target.requests()).toMatchObject([
      { choice: { tool: 'clock' }, tools: [{ name: 'clock' }], parallel: false },
      { choice: 'auto', parallel: false },
    ]);
  });
});

async function finalOutput<T extends AgentOutputType>(agent: Agent<unknown, T>, stream: boolean): Promise<unknown> {
  if (!stream) return (await runner.run(agent, question)).finalOutput;
  const result = await runner.run(agent, question, { stream: true });
  await result.completed;
  return result.finalOutput;
}
