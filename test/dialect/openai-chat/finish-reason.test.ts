import { describe, expect, it } from 'vitest';
import type { StopReason } from '../../../src/core/turn-event.ts';
import { toFinishReason } from '../../../src/dialect/openai-chat/finish-reason.ts';
import { call, collect, end, start, streamOf, text } from './answer.ts';

type Case = readonly [stopReason: StopReason, finishReason: string];

const withoutCalls: Case[] = [
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'stop'],
  ['max_tokens', 'length'],
  ['refusal', 'content_filter'],
];

/** An answer that was cut short says so: its last call may be incomplete. */
const withCalls: Case[] = [
  ['tool_use', 'tool_calls'],
  ['end_turn', 'tool_calls'],
  ['stop_sequence', 'tool_calls'],
  ['pause_turn', 'tool_calls'],
  ['max_tokens', 'length'],
  ['refusal', 'content_filter'],
];

describe('toFinishReason', () => {
  it.each(withoutCalls)('calls an answer in text that stopped for %s %s', (stopReason, finishReason) => {
    expect(toFinishReason(stopReason)).toBe(finishReason);
    expect(toFinishReason(stopReason, { legacyFunctions: true })).toBe(finishReason);
    const isDeclined = stopReason === 'refusal';
    expect(toFinishReason(stopReason, { hasOutput: true })).toBe(isDeclined ? 'stop' : finishReason);
  });

  it.each(withCalls)('calls an answer with calls that stopped for %s %s', (stopReason, finishReason) => {
    expect(toFinishReason(stopReason, { hasCalls: true })).toBe(finishReason);
    const legacy = finishReason === 'tool_calls' ? 'function_call' : finishReason;
    expect(toFinishReason(stopReason, { hasCalls: true, legacyFunctions: true })).toBe(legacy);
  });

  it('tells clients of calls beside structured output too', () => {
    expect(toFinishReason('tool_use', { hasCalls: true, hasOutput: true })).toBe('tool_calls');
  });
});

describe('the finish reason of an answer', () => {
  it.each(withoutCalls)('that stopped for %s is %s, streamed or not', (stopReason, finishReason) => {
    const events = [start(), ...text('Hi'), end(stopReason)];
    expect(streamOf(events).at(-1)?.choices).toEqual([{ index: 0, delta: {}, finish_reason: finishReason }]);
    expect(collect(events).choices[0]?.finish_reason).toBe(finishReason);
  });

  it.each(withCalls)('with calls that stopped for %s is %s, streamed or not', (stopReason, finishReason) => {
    const events = [start(), ...text('Hi'), ...call('toolu_1', 'look_up', '{}'), end(stopReason)];
    expect(streamOf(events).at(-1)?.choices).toEqual([{ index: 0, delta: {}, finish_reason: finishReason }]);
    expect(collect(events).choices[0]?.finish_reason).toBe(finishReason);
  });
});
