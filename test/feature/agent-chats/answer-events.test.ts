import { describe, expect, it } from 'vitest';
import type { AgentEventBody, PreviewEvent, SessionEvent, StopReason } from '../../../src/core/session-event.ts';
import { AnswerEvents } from '../../../src/feature/agent-chats/answer-events.ts';
import type { MessageMode } from '../../../src/feature/agent-chats/message-mode.ts';
import { failure } from '../sessions/open-sessions.ts';

const at = (id: string, body: AgentEventBody): SessionEvent => ({ ...body, id, processed_at: '2026-01-31T12:00:00Z' });
const begun = (id: string): PreviewEvent => ({ type: 'event_start', event: { type: 'agent.message', id } });
const delta = (id: string, text: string): PreviewEvent => ({
  type: 'event_delta',
  event_id: id,
  delta: { type: 'content_delta', index: 0, content: { type: 'text', text } },
});
const said = (id: string, text: string) => at(id, { type: 'agent.message', content: [{ type: 'text', text }] });
const idle = (reason: StopReason) =>
  at('sevt_idle', { type: 'session.status_idle', stop_reason: reason, stop_details: null });
const call = (id: string) => at(id, { type: 'agent.tool_use', name: 'bash', input: { command: 'echo "<b>"' } });
const result = (id: string) =>
  at('sevt_r', {
    type: 'agent.tool_result',
    tool_use_id: id,
    is_error: false,
    content: [{ type: 'text', text: '<b>' }],
  });
const spent = (input: number, output: number) =>
  at('sevt_s', {
    type: 'span.model_request_end',
    model_request_start_id: 'sevt_0',
    is_error: false,
    model_usage: {
      input_tokens: input,
      output_tokens: output,
      cache_creation_input_tokens: 1,
      cache_read_input_tokens: 2,
    },
  });

/** What a client gets, in short: texts as they are, blocks and the end by their names. */
function answerOf(events: readonly (SessionEvent | PreviewEvent)[], mode: MessageMode = 'ignore') {
  const answer = new AnswerEvents('sonnet:tidy', mode);
  return events.flatMap((event) => answer.push(event)).map(brief);
}

function brief(event: ReturnType<AnswerEvents['push']>[number]): unknown {
  if (event.type === 'text') return event.text;
  if (event.type === 'block_start' && event.block.type === 'opaque') return event.block.block;
  return event.type === 'end' ? `end: ${event.stopReason}` : event.type;
}

describe('the texts of an answer', () => {
  it('are told while they are written, each as a paragraph', () => {
    const events = [begun('a'), delta('a', 'One'), said('a', 'One'), begun('b'), delta('b', 'Two'), said('b', 'Two')];
    expect(answerOf([...events, idle({ type: 'end_turn' })])).toEqual([
      ...['start', 'block_start', 'One', 'block_stop'],
      ...['block_start', '\n\n', 'Two', 'block_stop', 'end: end_turn'],
    ]);
  });

  it('are completed where the client was too slow for all of them', () => {
    expect(answerOf([begun('a'), delta('a', 'One'), said('a', 'One and more')]).slice(2, 4)).toEqual([
      'One',
      ' and more',
    ]);
    expect(answerOf([said('a', 'One')])).toEqual(['start', 'block_start', 'One', 'block_stop']);
  });

  it('are those of the agent, and not of its subagents', () => {
    const content = [{ type: 'text' as const, text: 'Within' }];
    expect(answerOf([at('a', { type: 'agent.message', content, parent_tool_use_id: 'sevt_1' })])).toEqual([]);
  });
});

describe('the end of an answer', () => {
  it('has the sum of what the turn’s requests to the model have used', () => {
    const answer = new AnswerEvents('sonnet:tidy', 'ignore');
    const events = [spent(10, 5), spent(20, 7), idle({ type: 'end_turn' })].flatMap((event) => answer.push(event));
    expect(events.at(-1)).toMatchObject({
      usage: { inputTokens: 30, outputTokens: 12, cacheCreationTokens: 2, cacheReadTokens: 4, thinkingTokens: 0 },
    });
  });

  it.each([
    ['refusal', 'end: refusal'],
    ['budget_reached', 'end: max_tokens'],
  ] as const)('for %s is %s', (type, end) => {
    expect(answerOf([idle({ type })]).at(-1)).toBe(end);
  });

  it('is that of an answer cut short where the agent has asked its model too often', () => {
    const retry_status = { type: 'exhausted' } as const;
    const error = { type: 'tool_use_limit_reached_error', message: 'Too often.', retry_status } as const;
    const events = [at('e', { type: 'session.error', error }), idle({ type: 'retries_exhausted' })];
    expect(answerOf(events)).toEqual(['warning', 'start', 'end: max_tokens']);
  });

  it('is the failure of the turn, by its own code, before anything was told', () => {
    const retry_status = { type: 'exhausted' } as const;
    const error = {
      type: 'model_rate_limited_error',
      message: 'Used up.',
      retry_status,
      code: 'PLAN_LIMIT_REACHED',
    } as const;
    const answer = new AnswerEvents('sonnet:tidy', 'ignore');
    expect(answer.push(at('e', { type: 'session.error', error }))).toEqual([]);
    expect(() => answer.push(idle({ type: 'retries_exhausted' }))).toThrow(
      expect.objectContaining(failure('PLAN_LIMIT_REACHED')) as Error,
    );
  });
});

describe('tools', () => {
  it('are not shown by default, nor that somebody is asked', () => {
    const events = [call('sevt_1'), idle({ type: 'requires_action', event_ids: ['sevt_1'] }), result('sevt_1')];
    expect(answerOf(events)).toEqual([]);
  });

  it('are paragraphs whose JSON no tag can break, and a question is told once', () => {
    const asked = idle({ type: 'requires_action', event_ids: ['sevt_1'] });
    const texts = answerOf([call('sevt_1'), asked, asked, result('sevt_1')], 'formatted').map(String);
    expect(texts.filter((text) => text.includes(' ') || text.includes('<'))).toEqual([
      '<tool_use_sdk>{"id":"sevt_1","name":"bash","input":{"command":"echo \\"\\u003cb\\u003e\\""}}</tool_use_sdk>',
      'Waiting for permission: bash (sevt_1)',
      '<tool_result_sdk>{"tool_use_id":"sevt_1","is_error":false,"content":[{"type":"text","text":"\\u003cb\\u003e"}]}</tool_result_sdk>',
    ]);
  });

  it('are blocks of the Messages API', () => {
    const blocks = answerOf([call('sevt_1'), result('sevt_1')], 'forward').filter((event) => typeof event === 'object');
    expect(blocks).toEqual([
      {
        type: 'mcp_tool_use',
        id: 'sevt_1',
        name: 'bash',
        server_name: 'claude-harness',
        input: { command: 'echo "<b>"' },
      },
      { type: 'mcp_tool_result', tool_use_id: 'sevt_1', is_error: false, content: [{ type: 'text', text: '<b>' }] },
    ]);
  });
});
