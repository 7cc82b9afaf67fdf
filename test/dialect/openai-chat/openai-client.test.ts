import type OpenAI from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { toModelList } from '../../../src/dialect/openai-chat/models.ts';
import { createChatCollector } from '../../../src/dialect/openai-chat/response.ts';
import { createChatStream } from '../../../src/dialect/openai-chat/stream.ts';
import type { ChatChunk } from '../../../src/dialect/openai-chat/types.ts';

const events: TurnEvent[] = [
  { type: 'start', model: 'claude-sonnet-4-5' },
  { type: 'thinking', text: 'A greeting.' },
  { type: 'text', text: 'Hel' },
  { type: 'text', text: 'lo \u{1F600}' },
  {
    type: 'end',
    stopReason: 'end_turn',
    usage: { inputTokens: 1, cacheReadTokens: 2, cacheCreationTokens: 3, outputTokens: 4, thinkingTokens: 2 },
  },
];

function chunksOf(includeUsage: boolean): ChatChunk[] {
  const stream = createChatStream({ id: 'chatcmpl-1', created: 1_700_000_000, includeUsage });
  return events.flatMap((event) => stream.push(event));
}

/** What the client makes of one JSON object per line. */
function readByClient(chunks: readonly ChatChunk[]): ChatCompletionStream {
  const body = new Blob(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`)).stream();
  return ChatCompletionStream.fromReadableStream(body);
}

describe('the official client', () => {
  it.each([true, false])('reads a whole stream (usage asked for: %s)', async (includeUsage) => {
    const completion = await readByClient(chunksOf(includeUsage)).finalChatCompletion();
    expect(completion).toMatchObject({
      id: 'chatcmpl-1',
      model: 'claude-sonnet-4-5',
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hello \u{1F600}' } }],
    });
    expect(completion.usage?.total_tokens).toBe(includeUsage ? 10 : undefined);
  });

  it.each([
    ['the role', 0],
    ['the finish reason', 4],
  ])('would fail without the chunk that has %s', async (_, index) => {
    await expect(readByClient(chunksOf(false).toSpliced(index, 1)).finalChatCompletion()).rejects.toThrow();
  });

  it('has types that fit what is sent', () => {
    const collector = createChatCollector({ id: 'chatcmpl-1', created: 1_700_000_000 });
    for (const event of events) collector.push(event);
    const completion: OpenAI.Chat.Completions.ChatCompletion = collector.completion();
    const chunks: OpenAI.Chat.Completions.ChatCompletionChunk[] = chunksOf(true);
    const models: OpenAI.Models.Model[] = toModelList([{ id: 'claude-sonnet' }], 1).data;
    expect([completion.object, chunks[0]?.object, models[0]?.object]).toEqual([
      'chat.completion',
      'chat.completion.chunk',
      'model',
    ]);
  });
});
