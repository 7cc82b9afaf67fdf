import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { post } from './messages-client.ts';

let standIn: StandIn;

beforeEach(async () => {
  standIn = await startStandIn();
});

afterEach(async () => {
  await standIn.stop();
});

function ask(signal?: AbortSignal): Promise<Response> {
  return post(standIn.url, { stream: false }, signal);
}

describe('an answer that is not streamed', () => {
  test('is one message with what the stream would have carried', async () => {
    standIn.behave({
      kind: 'answer',
      thinking: 'let me see',
      text: 'one two three',
      toolUses: [{ id: 'toolu_1', name: 'weather', input: { city: 'Oslo', unit: 'celsius, of course' } }],
      usage: { output_tokens: 42 },
    });
    const response = await ask();
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      id: 'msg_000001',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [
        { type: 'thinking', thinking: 'let me see', signature: 'c3RhbmQtaW4=' },
        { type: 'text', text: 'one two three' },
        {
          type: 'tool_use',
          id: 'toolu_1',
          name: 'weather',
          input: { city: 'Oslo', unit: 'celsius, of course' },
        },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 42 },
    });
  });

  test('has blocks and fields of any kind as they are', async () => {
    const citation = { cited_text: 'two' };
    standIn.behave({
      kind: 'answer',
      blocks: [
        {
          start: { type: 'server_tool_use', id: 's', input: {} },
          deltas: [{ type: 'input_json_delta', partial_json: '{"a":1}' }],
        },
        { start: { type: 'text', text: '' }, deltas: [{ type: 'citations_delta', citation }] },
        { start: { type: 'compaction', content: null }, deltas: [{ type: 'compaction_delta', content: 'short' }] },
      ],
      stopReason: 'pause_turn',
      end: { delta: { container: { id: 'c' } }, event: { context_management: {} } },
    });
    expect(await (await ask()).json()).toMatchObject({
      type: 'message',
      content: [
        { type: 'server_tool_use', id: 's', input: { a: 1 } },
        { type: 'text', text: '', citations: [citation] },
        { type: 'compaction', content: 'short' },
      ],
      stop_reason: 'pause_turn',
      container: { id: 'c' },
      context_management: {},
    });
  });

  test('takes as long as its stream', async () => {
    standIn.behave({ kind: 'answer', words: 4, firstDeltaAfterMs: 60, deltaEveryMs: 20 });
    const startedAt = performance.now();
    await (await ask()).text();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
  });

  test('an error after deltas has the status of its type', async () => {
    standIn.behave({ kind: 'answer', errorAfterDeltas: 2 });
    const response = await ask();
    expect(response.status).toBe(529);
    expect(await response.json()).toMatchObject({ error: { type: 'overloaded_error', message: 'Overloaded' } });
  });

  test('a cut answer sends nothing and breaks the connection', async () => {
    standIn.behave({ kind: 'answer', cutAfterDeltas: 2 });
    await expect(ask()).rejects.toThrow('fetch failed');
  });

  test('a hanging answer sends nothing', async () => {
    standIn.behave({ kind: 'answer', hangAfterDeltas: 2 });
    await expect(ask(AbortSignal.timeout(100))).rejects.toThrow('timeout');
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
  });
});
