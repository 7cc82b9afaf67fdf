import type OpenAI from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, it } from 'vitest';
import { toModelList } from '../../../src/dialect/openai-chat/models.ts';
import type { ChatChunk } from '../../../src/dialect/openai-chat/types.ts';
import {
  call,
  collect,
  collectChoices,
  end,
  model,
  refusal,
  start,
  streamChoices,
  streamOf,
  text,
  thinking,
  type ChoiceEvent,
} from './answer.ts';

const greeting = [start(), ...thinking('A greeting.'), ...text('Hel', 'lo \u{1F600}'), end()];
const calls = [
  start(),
  ...text('Let me see.'),
  ...call('toolu_1', 'look_up', '{"ci', 'ty":"Rome"}'),
  ...call('toolu_2', 'now'),
  end('tool_use'),
];

/** What the client makes of one JSON object per line. */
async function readByClient(chunks: readonly ChatChunk[]) {
  const body = new Blob(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`)).stream();
  return ChatCompletionStream.fromReadableStream(body).finalChatCompletion();
}

/** The client leaves out what no chunk has, where an answer in one piece says null. */
const withoutNulls = (_key: string, value: unknown) => value ?? undefined;

describe('the official client', () => {
  it.each([true, false])('reads a whole stream (usage asked for: %s)', async (includeUsage) => {
    const completion = await readByClient(streamOf(greeting, { includeUsage }));
    expect(completion).toMatchObject({
      id: 'chatcmpl-1',
      model,
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hello \u{1F600}' } }],
    });
    expect(completion.usage?.total_tokens).toBe(includeUsage ? 3250 : undefined);
  });

  it.each([
    ['the role', 0],
    ['the finish reason', 4],
  ])('would fail without the chunk that has %s', async (_, index) => {
    await expect(readByClient(streamOf(greeting).toSpliced(index, 1))).rejects.toThrow();
  });

  it('puts calls together as they are in an answer in one piece', async () => {
    const [streamed] = (await readByClient(streamOf(calls))).choices;
    expect(streamed?.finish_reason).toBe('tool_calls');
    expect(streamed?.message.content).toBe('Let me see.');
    expect(streamed?.message.tool_calls).toMatchObject([
      { id: 'toolu_1', type: 'function', function: { name: 'look_up', arguments: '{"city":"Rome"}' } },
      { id: 'toolu_2', type: 'function', function: { name: 'now', arguments: '{}' } },
    ]);
    expect(streamed?.message.tool_calls).toMatchObject(collect(calls).choices[0]?.message.tool_calls ?? []);
  });

  it('would fail on a call without its type', async () => {
    const untyped = JSON.parse(JSON.stringify(streamOf(calls)).replaceAll('"type":"function",', '')) as ChatChunk[];
    await expect(readByClient(untyped)).rejects.toThrow();
  });

  it('puts a call of the old form together', async () => {
    const [streamed] = (await readByClient(streamOf(calls, { legacyFunctions: true }))).choices;
    expect(streamed).toMatchObject({
      finish_reason: 'function_call',
      message: { function_call: { name: 'look_up', arguments: '{"city":"Rome"}' } },
    });
  });

  it('puts a refusal together', async () => {
    const events = [start(), ...refusal('I would ', 'rather not.'), end('refusal')];
    const [streamed] = (await readByClient(streamOf(events, { hasOutput: true }))).choices;
    expect(streamed).toMatchObject({ finish_reason: 'stop', message: { refusal: 'I would rather not.' } });
  });

  it('keeps several choices apart', async () => {
    // One event of each at a time.
    const events = Array.from({ length: Math.max(greeting.length, calls.length) }, (_, index) =>
      [greeting[index], calls[index]].flatMap((event, choice): ChoiceEvent[] =>
        event === undefined ? [] : [[event, choice]],
      ),
    ).flat();
    const streamed = await readByClient(streamChoices(events, { choices: 2, includeUsage: true }));
    const whole = JSON.stringify(collectChoices(events, { choices: 2 }), withoutNulls);
    expect(streamed).toMatchObject(JSON.parse(whole) as object);
  });

  it('has types that fit what is sent', () => {
    const completion: OpenAI.Chat.Completions.ChatCompletion = collect(calls);
    const chunks: OpenAI.Chat.Completions.ChatCompletionChunk[] = streamOf(calls, { includeUsage: true });
    const models: OpenAI.Models.Model[] = toModelList([{ id: 'claude-sonnet', efforts: [] }], 1).data;
    expect([completion.object, chunks[0]?.object, models[0]?.object]).toEqual([
      'chat.completion',
      'chat.completion.chunk',
      'model',
    ]);
  });
});
