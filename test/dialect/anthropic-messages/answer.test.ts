import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StopReason, TurnEvent, Usage } from '../../../src/core/turn-event.ts';
import { MessageCollector } from '../../../src/dialect/anthropic-messages/response.ts';
import { MessageStream } from '../../../src/dialect/anthropic-messages/stream.ts';
import type { WireEvent } from '../../../src/dialect/anthropic-messages/types.ts';
import { numbered } from '../../support/block-ids.ts';

const usage: Usage = {
  inputTokens: 10,
  cacheReadTokens: 5,
  cacheCreationTokens: 3,
  outputTokens: 7,
  thinkingTokens: 2,
};
const start: TurnEvent = {
  type: 'start',
  model: 'claude-haiku-4-5',
  usage: { ...usage, outputTokens: 1, thinkingTokens: 0 },
};
const end = (stopReason: StopReason = 'end_turn'): TurnEvent => ({ type: 'end', stopReason, usage });
const restart: TurnEvent = { ...start, type: 'restart' };
const stop: TurnEvent = { type: 'block_stop', id: 0 };
const options = { id: 'msg_1', showReasoning: true };

const thought: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'thinking' } },
  { type: 'thinking', id: 0, text: 'Hm' },
  { type: 'thinking', id: 0, text: '.' },
  { type: 'signature', id: 0, signature: 'c2ln' },
  stop,
  { type: 'block_start', id: 0, block: { type: 'redacted_thinking', data: 'eHh4' } },
  stop,
];
const words: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'text', id: 0, text: 'Hel' },
  { type: 'text', id: 0, text: 'lo' },
  { type: 'citation', id: 0, citation: { type: 'char_location', cited_text: 'lo' } },
  stop,
];
const call: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'tool_use', id: 'toolu_1', name: 'clock' } },
  { type: 'input', id: 0, json: '' },
  { type: 'input', id: 0, json: '{"city"' },
  { type: 'input', id: 0, json: ':"Rome"}' },
  stop,
];

function streamed(events: readonly TurnEvent[], showReasoning = true): WireEvent[] {
  const stream = new MessageStream({ ...options, showReasoning });
  return numbered(events).flatMap((event) => stream.push(event));
}

function collected(events: readonly TurnEvent[], showReasoning = true) {
  const collector = new MessageCollector({ ...options, showReasoning });
  for (const event of numbered(events)) collector.push(event);
  return collector.message();
}

const startUsage = { input_tokens: 10, cache_creation_input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 1 };
const wireUsage = { ...startUsage, output_tokens: 7, output_tokens_details: { thinking_tokens: 2 } };
const head = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5',
  stop_details: null,
  container: null,
};

describe('an answer', () => {
  it('is streamed as the events of the API, each with its block', () => {
    const delta = (index: number, body: object) => ({ type: 'content_block_delta', index, delta: body });
    const block = (index: number, content_block: object, ...deltas: object[]) => [
      { type: 'content_block_start', index, content_block },
      ...deltas.map((body) => delta(index, body)),
      { type: 'content_block_stop', index },
    ];
    expect(streamed([start, ...thought, ...words, ...call, end('tool_use')])).toEqual([
      {
        type: 'message_start',
        message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: startUsage },
      },
      { type: 'ping' },
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Hm' },
        { type: 'thinking_delta', thinking: '.' },
        { type: 'signature_delta', signature: 'c2ln' },
      ),
      ...block(1, { type: 'redacted_thinking', data: 'eHh4' }),
      ...block(
        2,
        { type: 'text', text: '' },
        { type: 'text_delta', text: 'Hel' },
        { type: 'text_delta', text: 'lo' },
        { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'lo' } },
      ),
      ...block(
        3,
        { type: 'tool_use', id: 'toolu_1', name: 'clock', input: {} },
        { type: 'input_json_delta', partial_json: '' },
        { type: 'input_json_delta', partial_json: '{"city"' },
        { type: 'input_json_delta', partial_json: ':"Rome"}' },
      ),
      { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: wireUsage },
      { type: 'message_stop' },
    ]);
  });

  it('is given whole with the same content', () => {
    expect(collected([start, ...thought, ...words, ...call, end('tool_use')])).toEqual({
      ...head,
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'eHh4' },
        { type: 'text', text: 'Hello', citations: [{ type: 'char_location', cited_text: 'lo' }] },
        { type: 'tool_use', id: 'toolu_1', name: 'clock', input: { city: 'Rome' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: wireUsage,
    });
  });

  it('has blocks, deltas and fields that only the API and the client understand, as they are', () => {
    const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const opaque = (block: Record<string, unknown>, ...deltas: Record<string, unknown>[]): TurnEvent[] => [
      { type: 'block_start', id: 0, block: { type: 'opaque', block } },
      ...deltas.map((delta): TurnEvent => ({ type: 'opaque', id: 0, delta })),
      stop,
    ];
    const json = (partial_json: string) => ({ type: 'input_json_delta', partial_json });
    const summary = { type: 'compaction_delta', content: 'short', encrypted: 'x' };
    const caller = { type: 'code_execution_20250825' };
    const events: TurnEvent[] = [
      start,
      ...opaque(search, json('{"a"'), json(':1}')),
      ...opaque({ type: 'compaction', content: null }, summary),
      { type: 'block_start', id: 0, block: { type: 'tool_use', id: 't', name: 'clock', extra: { caller } } },
      stop,
      {
        type: 'end',
        stopReason: 'pause_turn',
        usage: { ...usage, extra: { server_tool_use: { web_search_requests: 1 } } },
        extra: { delta: { container: { id: 'c' } }, event: { context_management: {} } },
      },
    ];
    const further = { server_tool_use: { web_search_requests: 1 } };
    expect(streamed(events).slice(2)).toMatchObject([
      { type: 'content_block_start', index: 0, content_block: search },
      { type: 'content_block_delta', index: 0, delta: json('{"a"') },
      { type: 'content_block_delta', index: 0, delta: json(':1}') },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'compaction', content: null } },
      { type: 'content_block_delta', index: 1, delta: summary },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', input: {}, caller } },
      { type: 'content_block_stop', index: 2 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'pause_turn', stop_sequence: null, container: { id: 'c' } },
        context_management: {},
        usage: further,
      },
      { type: 'message_stop' },
    ]);
    expect(collected(events)).toMatchObject({
      content: [
        { ...search, input: { a: 1 } },
        { type: 'compaction', content: 'short', encrypted: 'x' },
        { type: 'tool_use', id: 't', name: 'clock', input: {}, caller },
      ],
      stop_reason: 'pause_turn',
      container: { id: 'c' },
      context_management: {},
      usage: further,
    });
    expect(search.input).toEqual({});
  });

  it('has its thinking left out where it is not shown, and counts its blocks without it', () => {
    const events = [start, ...thought, ...words, end()];
    expect(streamed(events, false).filter(({ type }) => type === 'content_block_start')).toMatchObject([
      { index: 0, content_block: { type: 'text' } },
    ]);
    expect(collected(events, false).content).toMatchObject([{ type: 'text', text: 'Hello' }]);
  });

  it('names the stop sequence that ended it', () => {
    const ended: TurnEvent = { type: 'end', stopReason: 'stop_sequence', stopSequence: 'END', usage };
    expect(collected([start, ...words, ended])).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    expect(streamed([start, ...words, ended]).at(-2)).toMatchObject({
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    });
  });

  it.each(['output', 'refusal'] as const)('gives a block of %s as text', (type) => {
    const events: TurnEvent[] = [
      start,
      { type: 'block_start', id: 0, block: { type } },
      { type: 'text', id: 0, text: '{}' },
      stop,
      end(),
    ];
    expect(collected(events).content).toEqual([{ type: 'text', text: '{}' }]);
  });

  it('has an empty object for arguments that are none, or were cut off', () => {
    const begun: TurnEvent = { type: 'block_start', id: 0, block: { type: 'tool_use', id: 'a', name: 'clock' } };
    expect(collected([start, begun, stop, end('tool_use')]).content).toMatchObject([{ input: {} }]);
    const cut: TurnEvent[] = [start, begun, { type: 'input', id: 0, json: '{"a' }, stop, end('max_tokens')];
    expect(collected(cut).content).toMatchObject([{ input: {} }]);
  });

  it('ends a block that the turn left open', () => {
    expect(
      streamed([start, ...words.slice(0, -1), end()])
        .map(({ type }) => type)
        .slice(-3),
    ).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
  });

  it('that begins again is told before its content only', () => {
    expect(streamed([start, restart, ...words, end()]).filter(({ type }) => type === 'message_start')).toHaveLength(1);
    expect(() => streamed([start, ...words.slice(0, 1), restart])).toThrow(
      expect.objectContaining({ code: 'ANSWER_RESTARTED' }),
    );
    expect(collected([start, ...thought, restart, ...words, end()]).content).toMatchObject([{ text: 'Hello' }]);
  });

  it('is not given before its end', () => {
    expect(() => collected([start, ...words])).toThrow('The answer was read before its end.');
  });

  it('says the same streamed and whole, however it was split', () => {
    const blocks = fc.array(fc.constantFrom(thought, words, call), { maxLength: 6 });
    fc.assert(
      fc.property(blocks, fc.boolean(), (chosen, showReasoning) => {
        const events = [start, ...chosen.flat(), end()];
        expect(join(streamed(events, showReasoning))).toEqual(collected(events, showReasoning).content);
      }),
    );
  });
});

type Joined = Record<string, unknown>;

/** As clients put the events of a stream together, by index. */
function join(events: readonly WireEvent[]): Joined[] {
  const blocks: Joined[] = [];
  const json: string[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start') {
      blocks[event.index] = { ...event.content_block };
      json[event.index] = '';
    }
    if (event.type !== 'content_block_delta') continue;
    const block = blocks[event.index] ?? {};
    const { type, ...delta } = event.delta as Joined;
    if (type === 'input_json_delta') json[event.index] = (json[event.index] ?? '') + String(delta['partial_json']);
    else if (type === 'citations_delta')
      block['citations'] = [...((block['citations'] ?? []) as unknown[]), delta['citation']];
    else for (const [name, value] of Object.entries(delta)) block[name] = String(block[name]) + String(value);
  }
  return blocks.map((block, index) =>
    block['type'] === 'tool_use' ? { ...block, input: JSON.parse(json[index] ?? '') as unknown } : block,
  );
}
