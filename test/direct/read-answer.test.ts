import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { readAnswer } from '../../src/direct/read-answer.ts';
import { collect } from '../turn/collect.ts';

const start = { type: 'message_start', message: { model: 'claude-haiku-4-5', usage: { input_tokens: 3 } } };
const begin = (content_block: object, index = 0) => ({ type: 'content_block_start', index, content_block });
const add = (delta: object, index = 0) => ({ type: 'content_block_delta', index, delta });
const stop = (index = 0) => ({ type: 'content_block_stop', index });
const end = (stop_reason: string | null, usage: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
const over = { type: 'message_stop' };
const text = (words: string) => [begin({ type: 'text', text: '' }), add({ type: 'text_delta', text: words }), stop()];

async function* from(events: readonly unknown[]): AsyncGenerator {
  for (const event of events) {
    await Promise.resolve();
    if (event instanceof Error) throw event;
    yield event;
  }
}

const read = (events: readonly unknown[]): Promise<TurnEvent[]> =>
  collect(readAnswer(from(events), (name) => `client:${name}`));
const typesOf = (events: readonly TurnEvent[]) => events.map(({ type }) => type);

describe('readAnswer', () => {
  it('gives signed and redacted thinking, citations, calls by the client’s names, and usage', async () => {
    const citation = { type: 'char_location', cited_text: 'x' };
    const events = await read([
      start,
      begin({ type: 'thinking', thinking: '', signature: '' }),
      add({ type: 'thinking_delta', thinking: 'Hm.' }),
      add({ type: 'signature_delta', signature: 'sig' }),
      stop(),
      begin({ type: 'redacted_thinking', data: 'opaque' }),
      stop(),
      begin({ type: 'text', text: '' }),
      add({ type: 'text_delta', text: 'Hi' }),
      add({ type: 'citations_delta', citation }),
      stop(),
      begin({ type: 'tool_use', id: 't1', name: 'f', input: {} }),
      add({ type: 'input_json_delta', partial_json: '{}' }),
      stop(),
      end('tool_use', {
        output_tokens: 9,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 4,
        output_tokens_details: { thinking_tokens: 2 },
      }),
      over,
    ]);
    expect(events.slice(1)).toEqual([
      { type: 'block_start', id: 0, block: { type: 'thinking' } },
      { type: 'thinking', id: 0, text: 'Hm.' },
      { type: 'signature', id: 0, signature: 'sig' },
      { type: 'block_stop', id: 0 },
      { type: 'block_start', id: 1, block: { type: 'redacted_thinking', data: 'opaque' } },
      { type: 'block_stop', id: 1 },
      { type: 'block_start', id: 2, block: { type: 'text' } },
      { type: 'text', id: 2, text: 'Hi' },
      { type: 'citation', id: 2, citation },
      { type: 'block_stop', id: 2 },
      { type: 'block_start', id: 3, block: { type: 'tool_use', id: 't1', name: 'client:f' } },
      { type: 'input', id: 3, json: '{}' },
      { type: 'block_stop', id: 3 },
      {
        type: 'end',
        stopReason: 'tool_use',
        usage: { inputTokens: 3, cacheReadTokens: 5, cacheCreationTokens: 4, outputTokens: 9, thinkingTokens: 2 },
      },
    ]);
  });

  it.each([
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['max_tokens', 'max_tokens'],
    ['pause_turn', 'pause_turn'],
    ['compaction', 'compaction'],
    ['younger_than_this', 'end_turn'],
  ])('knows the reason %s', async (reason, stopReason) => {
    expect((await read([start, ...text('Hi'), end(reason), over])).at(-1)).toMatchObject({ type: 'end', stopReason });
  });

  it('passes over events that it does not know, and gives deltas as they are', async () => {
    const events = await read([
      start,
      { type: 'news', of: 'tomorrow' },
      null,
      'text',
      begin({ type: 'text', text: '' }),
      add({ type: 'colour_delta', colour: 'red' }),
      add({ type: 'text_delta', text: 'Hi' }),
      stop(),
      end('end_turn'),
      over,
    ]);
    expect(typesOf(events)).toEqual(['start', 'block_start', 'opaque', 'text', 'block_stop', 'end']);
    expect(events[2]).toEqual({ type: 'opaque', id: 0, delta: { type: 'colour_delta', colour: 'red' } });
  });

  it('gives blocks of kinds that it does not know as they are, with the client’s names of tools', async () => {
    const found = (name: string) => ({ tool_references: [{ type: 'tool_reference', tool_name: name }] });
    const events = await read([
      start,
      begin({ type: 'hologram', of: [1] }),
      add({ type: 'text_delta', text: 'not text', by: 'API' }),
      stop(),
      begin({ type: 'tool_search_tool_result', content: found('f') }),
      stop(),
      begin({ type: 'tool_use', id: 't', name: 'f', input: {}, caller: { type: 'direct' } }),
      stop(),
      end('end_turn'),
      over,
    ]);
    expect(events.slice(1, -1)).toEqual([
      { type: 'block_start', id: 0, block: { type: 'opaque', block: { type: 'hologram', of: [1] } } },
      { type: 'opaque', id: 0, delta: { type: 'text_delta', text: 'not text', by: 'API' } },
      { type: 'block_stop', id: 0 },
      {
        type: 'block_start',
        id: 1,
        block: { type: 'opaque', block: { type: 'tool_search_tool_result', content: found('client:f') } },
      },
      { type: 'block_stop', id: 1 },
      {
        type: 'block_start',
        id: 2,
        block: { type: 'tool_use', id: 't', name: 'client:f', extra: { caller: { type: 'direct' } } },
      },
      { type: 'block_stop', id: 2 },
    ]);
  });

  it('gives what the API counts and says at the end besides', async () => {
    const container = { id: 'container_1' };
    const management = { applied_edits: [] };
    const events = await read([
      { type: 'message_start', message: { model: 'm', usage: { service_tier: 'standard', server_tool_use: null } } },
      ...text('Hi'),
      {
        type: 'message_delta',
        delta: { stop_reason: 'pause_turn', stop_sequence: null, container },
        context_management: management,
        usage: { output_tokens: 9, service_tier: null, server_tool_use: { web_search_requests: 1 } },
      },
      over,
    ]);
    expect(events.at(0)).toMatchObject({ usage: { extra: { service_tier: 'standard', server_tool_use: null } } });
    expect(events.at(-1)).toMatchObject({
      usage: { outputTokens: 9, extra: { service_tier: 'standard', server_tool_use: { web_search_requests: 1 } } },
      extra: { delta: { container }, event: { context_management: management } },
    });
  });

  it('is an unreachable API where the stream ends without a reason', async () => {
    for (const rest of [[], [end(null)], [end(null), over]]) {
      await expect(read([start, ...text('Hi'), ...rest])).rejects.toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    }
  });

  it('does not mind what breaks after the end of the answer', async () => {
    const events = await read([start, ...text('Hi'), end('end_turn'), new Error('reset')]);
    expect(events.at(-1)).toMatchObject({ type: 'end' });
  });

  it('gives the end when the stream is over, so that its connection can serve again', async () => {
    let isOver = false;
    async function* stream(): AsyncGenerator {
      yield* from([start, ...text('Hi'), end('end_turn'), over]);
      isOver = true;
    }
    const seen: boolean[] = [];
    for await (const event of readAnswer(stream(), (name) => name)) if (event.type === 'end') seen.push(isOver);
    expect(seen).toEqual([true]);
  });

  it('passes on what breaks before', async () => {
    await expect(read([start, ...text('Hi'), new Error('reset')])).rejects.toThrow('reset');
  });

  it('refuses a known event in an unknown shape', async () => {
    await expect(read([{ type: 'message_start', message: {} }])).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: expect.stringContaining('message.model') as string,
    });
  });
});
