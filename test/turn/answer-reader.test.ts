import { describe, expect, it } from 'vitest';
import { HarnessError, type ErrorCode } from '../../src/core/errors.ts';
import { readAnswer, recordedVersions, textOf, transcript } from './transcript.ts';

const words = 'word0 word1 word2 word3 word4 ';
const usage = { inputTokens: 10, cacheReadTokens: 5, cacheCreationTokens: 3, outputTokens: 5, thinkingTokens: 0 };
const start = { type: 'start', model: 'claude-haiku-4-5' };

const streamEvent = (event: object, parent: string | null = null) => ({
  type: 'stream_event',
  event,
  parent_tool_use_id: parent,
});
const messageStart = (given: object = {}) =>
  streamEvent({ type: 'message_start', message: { model: 'claude-haiku-4-5', usage: given } });
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

describe.each(recordedVersions)('AnswerReader, what CLI %s printed', (version) => {
  const read = (scenario: string) => readAnswer(transcript(version, scenario));

  it('gives the start, every delta and the end of an answer', () => {
    const deltas = ['word0 ', 'word1 ', 'word2 ', 'word3 ', 'word4 '].map((piece) => ({ type: 'text', text: piece }));
    expect(read('text')).toEqual({
      events: [start, ...deltas, { type: 'end', stopReason: 'end_turn', usage }],
      error: undefined,
    });
  });

  it('gives thinking apart from text, and no signature', () => {
    const { events } = read('thinking');
    const thought = events.flatMap((event) => (event.type === 'thinking' ? [event.text] : []));
    expect(thought).toEqual(['Let ', 'me ', 'think.']);
    expect(textOf(events)).toBe(words);
  });

  it('ends at the first message when the token limit is hit, before the CLI goes on by itself', () => {
    const { events } = read('max-tokens');
    expect(events.at(-1)).toEqual({ type: 'end', stopReason: 'max_tokens', usage });
    expect(textOf(events)).toBe(words);
  });

  it('ends at a refusal with the words that were said before it', () => {
    const { events, error } = read('refusal');
    expect(error).toBeUndefined();
    expect(events.at(-1)).toEqual({ type: 'end', stopReason: 'refusal', usage });
    expect(textOf(events)).toBe(words);
  });

  it('fails when the connection is cut, and never takes the cut answer for a whole one', () => {
    const { events, error } = read('connection-cut');
    expect(events.some(({ type }) => type === 'end')).toBe(false);
    expect(error).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
  });

  it('never gives the interrupted half of an answer an end', () => {
    const { events, error } = read('interrupt');
    expect(events.some(({ type }) => type === 'end')).toBe(false);
    expect(error).toBeInstanceOf(HarnessError);
  });

  it('reads an answer that comes with a warning about the plan as an answer', () => {
    const { events, error } = read('warning-subscription');
    expect(error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: 'end', stopReason: 'end_turn' });
  });

  it.each<[string, ErrorCode, object]>([
    ['error-400-too-long', 'PROMPT_TOO_LONG', {}],
    ['error-401', 'NOT_LOGGED_IN', {}],
    ['error-429-api-key', 'RATE_LIMITED', { upstreamStatus: 429 }],
    ['error-500', 'UPSTREAM_ERROR', { upstreamStatus: 500 }],
    ['error-529', 'OVERLOADED', { upstreamStatus: 529 }],
    ['not-logged-in', 'NOT_LOGGED_IN', {}],
  ])('fails %s with %s and gives no event', (scenario, code, facts) => {
    const { events, error } = read(scenario);
    expect(error).toMatchObject({ code, facts });
    expect(events).toEqual([]);
  });

  it('fails a used-up plan with the time of its reset', () => {
    const lines = transcript(version, 'error-429-subscription') as { rate_limit_info?: { resetsAt: number } }[];
    const resetsAt = (lines.find((line) => line.rate_limit_info)?.rate_limit_info?.resetsAt ?? 0) * 1000;
    expect(read('error-429-subscription').error).toMatchObject({ code: 'PLAN_LIMIT_REACHED', facts: { resetsAt } });
  });
});

describe('AnswerReader', () => {
  it('gives a second start when the CLI begins the answer again', () => {
    const { events } = readAnswer(transcript('2.1.329', 'connection-cut'));
    expect(events.map(({ type }) => type)).toEqual(['start', 'text', 'text', 'text', 'start', 'text', 'text', 'text']);
  });

  it('ends only at a message_delta with a stop reason', () => {
    const lines = [messageStart(), text('half'), messageDelta(null), streamEvent({ type: 'message_stop' })];
    expect(readAnswer(lines).events.map(({ type }) => type)).toEqual(['start', 'text']);
    expect(readAnswer([...lines, messageDelta('end_turn')]).events.at(-1)).toMatchObject({ type: 'end' });
  });

  it("leaves a subagent's events out of the answer", () => {
    const child = 'toolu_1';
    const lines = [
      messageStart(),
      streamEvent({ type: 'message_start', message: { model: 'other', usage: {} } }, child),
      text('not mine', child),
      streamEvent({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, child),
      text('mine'),
    ];
    expect(readAnswer(lines).events).toEqual([start, { type: 'text', text: 'mine' }]);
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
    ['model_context_window_exceeded', 'max_tokens'],
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

  it('gives an end without any usage where the CLI tells none', () => {
    const none = { inputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0, outputTokens: 0, thinkingTokens: 0 };
    expect(readAnswer([messageDelta('end_turn')]).events).toMatchObject([{ usage: none }]);
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
});
