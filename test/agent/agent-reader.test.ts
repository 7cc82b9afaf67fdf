import { describe, expect, it } from 'vitest';
import { parseAgentLine, unknownRequestId } from '../../src/agent/agent-lines.ts';
import { AgentReader } from '../../src/agent/agent-reader.ts';
import { HarnessError } from '../../src/core/errors.ts';

const stream = (event: object, parent: string | null = null) => ({
  type: 'stream_event',
  event,
  parent_tool_use_id: parent,
});
const start = (counts: object = {}) =>
  stream({ type: 'message_start', message: { model: 'm', usage: { input_tokens: 7, output_tokens: 1, ...counts } } });
const block = (content: object) => stream({ type: 'content_block_start', index: 0, content_block: content });
const delta = (text: string) => stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
const stop = stream({ type: 'content_block_stop', index: 0 });
const end = (reason: string | null) =>
  stream({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 5 } });
const requesting = { type: 'system', subtype: 'status', status: 'requesting' };
const retry = { type: 'system', subtype: 'api_retry', attempt: 1, retry_delay_ms: 500 };
const assistant = (parent: string | null, ...content: object[]) => ({
  ...{ type: 'assistant', parent_tool_use_id: parent },
  message: { id: 'msg_1', model: 'm', content, usage: { input_tokens: 3, output_tokens: 1 } },
});

function read(lines: readonly object[], reader = new AgentReader()): object[] {
  return lines.flatMap((line) => {
    const parsed = parseAgentLine(line);
    return parsed === undefined ? [] : reader.read(parsed);
  });
}

const usage = (counts: object = {}) => ({
  ...{ input_tokens: 7, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, ...counts },
});
const text = { type: 'text', text: '' };

it('a text is told piece by piece and whole, and the message that repeats it is not', () => {
  const lines = [
    requesting,
    start(),
    block(text),
    delta('Hel'),
    delta('lo'),
    assistant(null, { type: 'text', text: 'Hello' }),
    stop,
    end('end_turn'),
  ];
  expect(read(lines)).toEqual([
    { type: 'request_started' },
    { type: 'text_started', text: 0 },
    { type: 'text_delta', text: 0, delta: 'Hel' },
    { type: 'text_delta', text: 0, delta: 'lo' },
    { type: 'text_ended', text: 0, whole: 'Hello' },
    { type: 'request_ended', usage: usage(), isError: false },
  ]);
});

it('thinking is told when it begins, without what is thought', () => {
  expect(read([requesting, start(), block({ type: 'thinking', thinking: '' }), stop])).toEqual([
    { type: 'request_started' },
    { type: 'thinking' },
  ]);
});

it('a text that is cut off is written again under another number, and so is its request', () => {
  const lines = [
    requesting,
    start(),
    block(text),
    delta('Hel'),
    retry,
    start(),
    block(text),
    delta('Hello'),
    stop,
    end('end_turn'),
  ];
  expect(read(lines)).toEqual([
    { type: 'request_started' },
    { type: 'text_started', text: 0 },
    { type: 'text_delta', text: 0, delta: 'Hel' },
    { type: 'request_ended', usage: usage({ output_tokens: 1 }), isError: true },
    { type: 'request_started' },
    { type: 'text_started', text: 1 },
    { type: 'text_delta', text: 1, delta: 'Hello' },
    { type: 'text_ended', text: 1, whole: 'Hello' },
    { type: 'request_ended', usage: usage(), isError: false },
  ]);
});

it('what is open at the end of the turn ends with it', () => {
  const reader = new AgentReader();
  read(
    [
      requesting,
      start(),
      block(text),
      delta('Hel'),
      assistant(null, { type: 'tool_use', id: 'a', name: 'Read', input: {} }),
    ],
    reader,
  );
  expect(reader.flush()).toEqual([
    { type: 'text_ended', text: 0, whole: 'Hel' },
    { type: 'request_ended', usage: usage({ output_tokens: 1 }), isError: true },
    { type: 'tool_called', callId: 'a', tool: { kind: 'builtin', name: 'read' }, input: {} },
  ]);
  expect(reader.flush()).toEqual([]);
});

describe('a subagent', () => {
  it('tells whole texts, thinking and one request for each message, within its call', () => {
    const lines = [
      assistant('p', { type: 'thinking', thinking: 'Hm' }),
      assistant('p', { type: 'text', text: 'I look.' }),
      stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'I' } }, 'p'),
    ];
    expect(read(lines)).toEqual([
      { type: 'request_started' },
      { type: 'request_ended', usage: usage({ input_tokens: 3, output_tokens: 1 }), isError: false },
      { type: 'thinking', parentCallId: 'p' },
      { type: 'text_ended', text: 0, whole: 'I look.', parentCallId: 'p' },
    ]);
  });

  it('asks within its call, also before the call itself has come', () => {
    const reader = new AgentReader();
    read([{ type: 'system', subtype: 'task_started', task_id: 'agent-1', tool_use_id: 'p' }], reader);
    const request = {
      subtype: 'can_use_tool',
      tool_name: 'Bash',
      input: {},
      tool_use_id: 'a',
      agent_id: 'agent-1',
    } as const;
    expect(reader.asked('a', request, false)).toMatchObject([
      { type: 'tool_called', permission: 'ask', parentCallId: 'p' },
    ]);
  });
});

it('results are blocks, whatever form they come in', () => {
  const reader = new AgentReader();
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
  const results = [
    { type: 'tool_result', tool_use_id: 'a', content: 'plain' },
    { type: 'tool_result', tool_use_id: 'b', content: [image] },
    { type: 'tool_result', tool_use_id: 'c' },
  ];
  const called = ['a', 'b', 'c'].map((id) => ({ type: 'tool_use', id, name: 'Read', input: {} }));
  const events = read([assistant(null, ...called), { type: 'user', message: { content: results } }], reader);
  expect(events.filter((event) => 'content' in event)).toMatchObject([
    { content: [{ type: 'text', text: 'plain' }] },
    { content: [image] },
    { content: [] },
  ]);
});

it('compaction is told', () => {
  expect(read([{ type: 'system', subtype: 'compact_boundary' }])).toEqual([{ type: 'context_compacted' }]);
});

describe('lines', () => {
  it('of unknown kinds are passed over', () => {
    for (const line of [
      null,
      'x',
      { type: 'novelty' },
      { type: 'system', subtype: 'novelty' },
      { type: 'control_request' },
    ]) {
      expect(parseAgentLine(line)).toBeUndefined();
    }
  });

  it('of known kinds in an unknown shape are an error that names the place', () => {
    const parse = () => parseAgentLine({ type: 'result', subtype: 'success', is_error: 'no' });
    expect(parse).toThrow(HarnessError);
    expect(parse).toThrow(/result line .* \(at is_error\)/);
  });

  it('that ask for something unknown are known by their id, since they want a reply', () => {
    const novelty = { type: 'control_request', request_id: 'r', request: { subtype: 'novelty' } };
    expect(unknownRequestId(novelty)).toBe('r');
    expect(unknownRequestId({ ...novelty, request: { subtype: 'hook_callback' } })).toBeUndefined();
    expect(unknownRequestId({ type: 'result' })).toBeUndefined();
  });
});
