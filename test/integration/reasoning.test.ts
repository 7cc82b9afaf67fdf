import type { ChatCompletionMessageParam } from 'openai/resources';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, upstreamBody } from '../support/upstream.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

const question: ChatCompletionMessageParam = { role: 'user', content: 'The weather in Paris?' };
const tools = [{ type: 'function' as const, function: { name: 'get_weather' } }];
const call = { id: 'toolu_paris', name: 'mcp__client__get_weather', input: { city: 'Paris' } };
const thoughtful: Answer = { kind: 'answer', thinking: ['I should ', 'look.'], text: 'Let me look.', toolUses: [call] };
const ask = (from: Harness, messages: ChatCompletionMessageParam[], fields: object = {}) =>
  from.client.chat.completions.create({
    model: cheapModel,
    messages,
    tools,
    reasoning_effort: 'low',
    stream: false,
    ...fields,
  });
const lastBody = (from: Harness) => upstreamBody(from.standIn.requests.at(-1));

describe('thinking', () => {
  test('comes under both names and never inside the content, streamed or not', async () => {
    harness.standIn.behave({
      kind: 'answer',
      thinking: ['I should ', 'greet.'],
      text: 'Hello.',
      usage: { output_tokens: 20 },
    });
    const whole = (await ask(harness, [question])).choices[0]?.message;
    expect(whole).toMatchObject({
      content: 'Hello.',
      reasoning_content: 'I should greet.',
      reasoning: 'I should greet.',
    });

    const stream = await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [question],
      reasoning_effort: 'low',
      stream: true,
    });
    const joined = { content: '', reasoning: '', reasoning_content: '' };
    for await (const { choices } of stream) {
      const delta = (choices[0]?.delta ?? {}) as Partial<typeof joined>;
      for (const key of ['content', 'reasoning', 'reasoning_content'] as const) joined[key] += delta[key] ?? '';
    }
    expect(joined).toEqual({
      content: 'Hello.',
      reasoning: 'I should greet.',
      reasoning_content: 'I should greet.',
    });
  });

  test('is kept from clients when the configuration hides it', async () => {
    const discreet = await startHarness({ kind: 'answer', thinking: 'Hm.', text: 'Hello.' }, { reasoning: 'hidden' });
    try {
      const completion = await ask(discreet, [question]);
      expect(completion.choices[0]?.message).toEqual({ role: 'assistant', content: 'Hello.', refusal: null });
    } finally {
      await discreet.stop();
    }
  });
});

describe('thinking that led to a tool call', () => {
  /** The conversation as a client has it: it has no place for signatures. */
  async function followUp(): Promise<ChatCompletionMessageParam[]> {
    harness.standIn.behave(thoughtful);
    const { choices } = await ask(harness, [question]);
    const message = choices[0]?.message;
    return [
      question,
      { role: 'assistant', content: message?.content ?? null, tool_calls: message?.tool_calls ?? [] },
      { role: 'tool', tool_call_id: call.id, content: '21 degrees' },
    ];
  }

  test('is given back with its signature, and the model thinks on', async () => {
    const messages = await followUp();
    harness.standIn.behave({ kind: 'answer', text: '21 degrees.' });
    await ask(harness, messages);

    expect(conversationOf(harness.standIn.requests.at(-1))[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'I should look.', signature: 'c3RhbmQtaW4=' },
        'Let me look.',
        { type: 'tool_use', ...call },
      ],
    });
    expect(lastBody(harness).thinking?.type).toBe('enabled');
  });

  test('is done without for that turn where it is gone, such as after a restart', async () => {
    const messages = await followUp();
    const restarted = await startHarness({ kind: 'answer', text: '21 degrees.' });
    try {
      const completion = await ask(restarted, messages);

      expect(completion.choices[0]?.message.content).toBe('21 degrees.');
      expect(conversationOf(restarted.standIn.requests.at(-1))[1]).toEqual({
        role: 'assistant',
        content: ['Let me look.', { type: 'tool_use', ...call }],
      });
      expect(lastBody(restarted).thinking?.type).toBe('disabled');

      await ask(restarted, [question]);
      expect(lastBody(restarted).thinking?.type).toBe('enabled');
    } finally {
      await restarted.stop();
    }
  });
});
