import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { readAnswer } from './transcript.ts';

const noUsage = { inputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0, outputTokens: 0, thinkingTokens: 0 };
const start = { type: 'start', model: 'claude-haiku-4-5', usage: noUsage };
const begin = (block: object, id = 0) => ({ type: 'block_start', id, block });
const stop = (id = 0) => ({ type: 'block_stop', id });

const streamEvent = (event: object, parent: string | null = null) => ({
  type: 'stream_event',
  event,
  parent_tool_use_id: parent,
});
const messageStart = (given: object = {}) =>
  streamEvent({ type: 'message_start', message: { model: 'claude-haiku-4-5', usage: given } });
const blockStart = (block: object, parent?: string) =>
  streamEvent({ type: 'content_block_start', index: 0, content_block: block }, parent);
const blockStop = streamEvent({ type: 'content_block_stop', index: 0 });
const callStart = (name: string) => blockStart({ type: 'tool_use', id: 'toolu_1', name, input: {} });
const input = (json: string) =>
  streamEvent({ type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: json } });
const signature = (signed: string) =>
  streamEvent({ type: 'content_block_delta', delta: { type: 'signature_delta', signature: signed } });
const text = (words: string, parent?: string) =>
  streamEvent({ type: 'content_block_delta', delta: { type: 'text_delta', text: words } }, parent);
const messageDelta = (stopReason: string | null, given?: object) =>
  streamEvent({ type: 'message_delta', delta: { stop_reason: stopReason }, ...(given && { usage: given }) });
const retry = (delayMs: number, error: string, status: number | null) => ({
  type: 'system',
  subtype: 'api_retry',
  retry_delay_ms: delayMs,
  error_status: status,
  error,
});
const result = (fields: object) => ({ type: 'result', is_error: true, stop_reason: 'stop_sequence', ...fields });

describe('AnswerReader', () => {
  it('ends only at a message_delta with a stop reason', () => {
    const lines = [
      messageStart(),
      blockStart({ type: 'text' }),
      text('half'),
      messageDelta(null),
      streamEvent({ type: 'message_stop' }),
    ];
    expect(readAnswer(lines).events.map(({ type }) => type)).toEqual(['start', 'block_start', 'text']);
    expect(readAnswer([...lines, messageDelta('end_turn')]).events.at(-1)).toMatchObject({ type: 'end' });
  });

  it("leaves a subagent's events out of the answer", () => {
    const child = 'toolu_1';
    const lines = [
      messageStart(),
      blockStart({ type: 'text' }),
      streamEvent({ type: 'message_start', message: { model: 'other', usage: {} } }, child),
      blockStart({ type: 'text' }, child),
      text('not mine', child),
      streamEvent({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, child),
      text('mine'),
    ];
    expect(readAnswer(lines).events).toEqual([start, begin({ type: 'text' }), { type: 'text', id: 0, text: 'mine' }]);
  });

  it('gives what a text quotes as the API says it', () => {
    const citation = { type: 'char_location', cited_text: 'so', document_index: 0 };
    const delta = streamEvent({ type: 'content_block_delta', delta: { type: 'citations_delta', citation } });
    expect(readAnswer([blockStart({ type: 'text' }), delta, blockStop]).events).toEqual([
      begin({ type: 'text' }),
      { type: 'citation', id: 0, citation },
      stop(),
    ]);
  });

  it("gives a call under the client's name of the tool", () => {
    const { events } = readAnswer([callStart('mcp__client__f')], { toClientName: (name) => `client's ${name}` });
    expect(events).toEqual([begin({ type: 'tool_use', id: 'toolu_1', name: "client's mcp__client__f" })]);
  });

  it('gives a call without arguments without any', () => {
    const { events } = readAnswer([callStart('f'), blockStop]);
    expect(events.map(({ type }) => type)).toEqual(['block_start', 'block_stop']);
  });

  it('gives thinking that is shown to nobody as it is', () => {
    const lines = [blockStart({ type: 'redacted_thinking', data: 'xyz' }), blockStop];
    expect(readAnswer(lines).events).toEqual([begin({ type: 'redacted_thinking', data: 'xyz' }), stop()]);
  });

  it('gives every piece of a signature', () => {
    const lines = [blockStart({ type: 'thinking', thinking: '', signature: '' }), signature('a'), signature('b')];
    expect(readAnswer(lines).events.slice(1)).toEqual([
      { type: 'signature', id: 0, signature: 'a' },
      { type: 'signature', id: 0, signature: 'b' },
    ]);
  });

  it('gives a block of a kind that it does not know as it is, from its start to its end', () => {
    const begun = blockStart({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web' });
    const foreign = [begun, input('{}'), text('not text'), blockStop];
    const lines = [callStart('f'), input('{'), blockStop, ...foreign, blockStart({ type: 'text' }), blockStop];
    expect(readAnswer(lines).events).toEqual([
      begin({ type: 'tool_use', id: 'toolu_1', name: 'f' }),
      { type: 'input', id: 0, json: '{' },
      stop(0),
      begin({ type: 'opaque', block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web' } }, 1),
      { type: 'opaque', id: 1, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'opaque', id: 1, delta: { type: 'text_delta', text: 'not text' } },
      stop(1),
      begin({ type: 'text' }, 2),
      stop(2),
    ]);
  });

  it('forgets a block that was cut when the answer begins again', () => {
    const lines = [callStart('f'), messageStart(), input('{}'), blockStop];
    expect(readAnswer(lines).events.map(({ type }) => type)).toEqual(['block_start', 'start']);
  });

  it('gives each block of the turn an id of its own, also when the answer begins again', () => {
    const words = blockStart({ type: 'text' });
    const lines = [
      messageStart(),
      words,
      blockStop,
      words,
      text('lost'),
      messageStart(),
      words,
      text('kept'),
      blockStop,
    ];
    expect(readAnswer(lines).events).toEqual([
      start,
      begin({ type: 'text' }, 0),
      stop(0),
      begin({ type: 'text' }, 1),
      { type: 'text', id: 1, text: 'lost' },
      { ...start, type: 'restart' },
      begin({ type: 'text' }, 2),
      { type: 'text', id: 2, text: 'kept' },
      stop(2),
    ]);
  });

  it('tells which stop sequence ended the answer', () => {
    const delta = { stop_reason: 'stop_sequence', stop_sequence: 'END' };
    const { events } = readAnswer([streamEvent({ type: 'message_delta', delta })]);
    expect(events).toEqual([{ type: 'end', stopReason: 'stop_sequence', stopSequence: 'END', usage: noUsage }]);
    expect(readAnswer([messageDelta('end_turn')]).events[0]).not.toHaveProperty('stopSequence');
  });

  it("never gives the CLI's own words as text", () => {
    const synthetic = { model: '<synthetic>', content: [{ type: 'text', text: 'API Error: no' }] };
    const lines = [{ type: 'assistant', error: 'server_error', message: synthetic }];
    expect(readAnswer(lines)).toEqual({ events: [], error: undefined });
  });

  it('ignores what it does not know', () => {
    const lines = [
      { type: 'new_thing' },
      { type: 'system', subtype: 'status' },
      { type: 'user', message: {} },
      7,
      null,
    ];
    expect(readAnswer(lines)).toEqual({ events: [], error: undefined });
  });

  it.each([
    ['end_turn', 'end_turn'],
    ['stop_sequence', 'stop_sequence'],
    ['max_tokens', 'max_tokens'],
    ['tool_use', 'tool_use'],
    ['refusal', 'refusal'],
    ['model_context_window_exceeded', 'model_context_window_exceeded'],
    ['a_reason_of_next_year', 'end_turn'],
  ])('reads the stop reason %s as %s', (reason, stopReason) => {
    expect(readAnswer([messageDelta(reason)]).events).toMatchObject([{ type: 'end', stopReason }]);
  });

  it('adds what a later event says of the usage to what an earlier one said', () => {
    const lines = [
      messageStart({
        input_tokens: 10,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 3,
        output_tokens: 1,
      }),
      messageDelta(null, { output_tokens: 50, output_tokens_details: { thinking_tokens: 40 } }),
      messageDelta('end_turn', { input_tokens: null, cache_read_input_tokens: 6, output_tokens: 70 }),
    ];
    expect(readAnswer(lines).events.at(-1)).toMatchObject({
      usage: { inputTokens: 10, cacheReadTokens: 6, cacheCreationTokens: 3, outputTokens: 70, thinkingTokens: 40 },
    });
  });

  it('counts an answer that began again from its own start', () => {
    const lines = [
      messageStart({ input_tokens: 10, cache_read_input_tokens: 5 }),
      messageDelta(null, { output_tokens: 90, output_tokens_details: { thinking_tokens: 80 } }),
      messageStart({ input_tokens: 15, output_tokens: 1 }),
      messageDelta('end_turn', { output_tokens: 7 }),
    ];
    expect(readAnswer(lines).events.at(-1)).toMatchObject({
      usage: { inputTokens: 15, cacheReadTokens: 0, cacheCreationTokens: 0, outputTokens: 7, thinkingTokens: 0 },
    });
  });

  it('gives an end without any usage where the CLI reports none', () => {
    expect(readAnswer([messageDelta('end_turn')]).events).toMatchObject([{ usage: noUsage }]);
  });

  it('waits while the CLI tries again within five seconds', () => {
    expect(readAnswer([retry(5000, 'overloaded', 529)])).toEqual({ events: [], error: undefined });
  });

  it.each<[string, number | null, ErrorCode]>([
    ['rate_limit', 429, 'RATE_LIMITED'],
    ['overloaded', 529, 'OVERLOADED'],
    ['server_error', 500, 'UPSTREAM_ERROR'],
    // A connection that failed has no status, and no better name (2.1.329).
    ['unknown', null, 'UPSTREAM_UNREACHABLE'],
  ])('does not wait for a longer retry after %s %s, but fails with %s and its delay', (name, status, code) => {
    const { error } = readAnswer([retry(5001, name, status)]);
    expect(error).toMatchObject({ code, facts: { retryAfterMs: 5001 } });
  });

  it('fails a longer retry of a used-up plan as the plan limit it is', () => {
    const window = { status: 'rejected', resetsAt: 1_800_000_000, rateLimitType: 'five_hour' };
    const lines = [{ type: 'rate_limit_event', rate_limit_info: window }, retry(60_000, 'rate_limit', 429)];
    expect(readAnswer(lines).error).toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
  });

  it('takes back a used-up window that the CLI then reports as open', () => {
    const note = (status: string) => ({
      type: 'rate_limit_event',
      rate_limit_info: { status, resetsAt: 1_800_000_000, rateLimitType: 'five_hour' },
    });
    const lines = [note('rejected'), note('allowed'), result({ api_error_status: 429 })];
    expect(readAnswer(lines).error).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('takes a result without an answer for a broken protocol', () => {
    const lines = [messageStart(), text('half'), result({ is_error: false, result: '' })];
    expect(readAnswer(lines).error).toMatchObject({ code: 'CLI_PROTOCOL' });
  });

  it('ends at a result that says refusal where no event said it', () => {
    expect(readAnswer([result({ stop_reason: 'refusal' })]).events).toMatchObject([{ stopReason: 'refusal' }]);
  });

  it('reports a failed result by its status', () => {
    const lines = [result({ api_error_status: 500, result: 'API Error: 500 Internal server error' })];
    expect(readAnswer(lines).error).toMatchObject({ code: 'UPSTREAM_ERROR', facts: { upstreamStatus: 500 } });
  });

  it("reports a failed result by the name in the CLI's last message where it has no status", () => {
    const lines = [
      { type: 'assistant', error: 'authentication_failed' },
      result({ api_error_status: null, result: 'Something new about the login' }),
    ];
    expect(readAnswer(lines).error).toMatchObject({ code: 'NOT_LOGGED_IN' });
  });

  describe('where the API has refused an image or a document', () => {
    const sentence = 'messages.0.content.0.image.source.base64: Could not process image';
    const removed = { type: 'assistant', error: 'invalid_request' };
    const refusal = { request: 'message', status: 400, sentence } as const;
    const said = { code: 'INVALID_REQUEST', message: `The API refused the request: ${sentence}` };

    it("says so in the API's words, and reads no answer to what the CLI asks without it", () => {
      const lines = [removed, messageStart(), messageDelta('end_turn')];
      expect(readAnswer(lines, { mayAskAgain: true }, [refusal])).toMatchObject({ events: [], error: said });
    });

    it('tells the first refusal, which is of the conversation as it was', () => {
      const second = { ...refusal, sentence: 'messages.0.content.1: Could not process image' };
      const { error } = readAnswer([removed], { mayAskAgain: true }, [refusal, second]);
      expect(error).toMatchObject(said);
    });

    it('waits for the result where the CLI cannot ask again', () => {
      expect(readAnswer([removed], {}, [refusal])).toEqual({ events: [], error: undefined });
      const lines = [removed, result({ api_error_status: 400, result: 'API Error: an image was removed.' })];
      expect(readAnswer(lines, {}, [refusal]).error).toMatchObject(said);
    });

    it('refuses the answer to the changed conversation also where the words are not known', () => {
      const lines = [removed, messageStart(), messageDelta('end_turn')];
      const { events, error } = readAnswer(lines, { mayAskAgain: true });
      expect(events).toEqual([]);
      expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
    });
  });

  it("prefers the API's sentence to the CLI's for a result of the same status", () => {
    const lines = [result({ api_error_status: 400, result: 'API Error: try /rewind.' })];
    const failures = [
      { request: 'message', status: 429, sentence: 'Slow down.' },
      { request: 'message', status: 400, sentence: 'tools.0: too deep' },
    ] as const;
    const { error } = readAnswer(lines, {}, failures);
    expect(error).toMatchObject({ message: 'The API refused the request: tools.0: too deep' });
  });
});
