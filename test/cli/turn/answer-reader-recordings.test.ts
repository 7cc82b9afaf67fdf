import { describe, expect, it } from 'vitest';
import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import { readAnswer, recordedVersions, textOf, transcript } from './transcript.ts';

const words = 'word0 word1 word2 word3 word4 ';
const usage = { inputTokens: 10, cacheReadTokens: 5, cacheCreationTokens: 3, outputTokens: 5, thinkingTokens: 0 };
// What a start says of the prompt; its generated tokens are those of the start alone.
const start = { type: 'start', model: 'claude-haiku-4-5', usage: { ...usage, outputTokens: 1 } };
const begin = (block: object, id = 0) => ({ type: 'block_start', id, block });
const stop = (id = 0) => ({ type: 'block_stop', id });

describe.each(recordedVersions)('AnswerReader, what CLI %s printed', (version) => {
  const read = (scenario: string) => readAnswer(transcript(version, scenario));

  it('gives the start, every delta and the end of an answer', () => {
    const deltas = ['word0 ', 'word1 ', 'word2 ', 'word3 ', 'word4 '].map((piece) => ({
      type: 'text',
      id: 0,
      text: piece,
    }));
    expect(read('text')).toEqual({
      events: [start, begin({ type: 'text' }), ...deltas, stop(), { type: 'end', stopReason: 'end_turn', usage }],
      error: undefined,
    });
  });

  it('gives thinking in a block of its own before the text, with its signature at the end', () => {
    const { events } = read('thinking');
    const stopped = events.findIndex(({ type }) => type === 'block_stop');
    expect(events.slice(1, stopped)).toEqual([
      begin({ type: 'thinking' }),
      ...['Let ', 'me ', 'think.'].map((piece) => ({ type: 'thinking', id: 0, text: piece })),
      { type: 'signature', id: 0, signature: expect.stringMatching(/./) as string },
    ]);
    expect(events[stopped + 1]).toEqual(begin({ type: 'text' }, 1));
    expect(textOf(events)).toBe(words);
  });

  it('gives calls as the blocks they are, and ends before the CLI goes on in the client’s place', () => {
    const { events } = readAnswer(transcript(version, 'tools-held'), {
      toClientName: (name) => name.replace('mcp__client__', ''),
    });
    const id: unknown = expect.stringMatching(/^toolu_/);
    const call = (block: number, city: string) => [
      begin({ type: 'tool_use', id, name: 'get_weather' }, block),
      ...['{"city":', `"${city}"`, '}'].map((json) => ({ type: 'input', id: block, json })),
      stop(block),
    ];
    expect(events).toEqual([
      start,
      begin({ type: 'text' }),
      { type: 'text', id: 0, text: 'Checking. ' },
      stop(),
      ...call(1, 'Paris0'),
      ...call(2, 'Paris1'),
      { type: 'end', stopReason: 'tool_use', usage: { ...usage, outputTokens: 20 } },
    ]);
  });

  it('gives structured output as text of its own kind', () => {
    const { events } = read('structured-output');
    expect(events.slice(1)).toEqual([
      begin({ type: 'output' }),
      ...['{"a"', ':', ' 1}'].map((piece) => ({ type: 'text', id: 0, text: piece })),
      stop(),
      { type: 'end', stopReason: 'tool_use', usage: { ...usage, outputTokens: 9 } },
    ]);
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

describe('AnswerReader, what CLI 2.1.329 printed after a cut', () => {
  it('gives a restart when the CLI begins the answer again', () => {
    const { events } = readAnswer(transcript('2.1.329', 'connection-cut'));
    const half = ['block_start', 'text', 'text', 'text'];
    expect(events.map(({ type }) => type).filter((type) => type !== 'block_stop')).toEqual([
      'start',
      ...half,
      'restart',
      ...half,
    ]);
  });
});
