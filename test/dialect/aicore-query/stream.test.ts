import { describe, expect, it } from 'vitest';
import type { AgentEventBody, PreviewEvent, SessionEvent } from '../../../src/core/session-event.ts';
import type { Session } from '../../../src/core/sessions.ts';
import { QueryStream } from '../../../src/dialect/aicore-query/stream.ts';
import { queryEvents } from '../../../src/dialect/aicore-query/stream-format.ts';
import type { QueryEvent } from '../../../src/dialect/aicore-query/types.ts';
import { profileOf } from '../../support/agents/profile.ts';

const session: Session = {
  ...{
    id: 'sesn_1',
    overrides: {},
    title: null,
    metadata: {},
    status: 'idle',
    createdAt: 0,
    updatedAt: 0,
    activeMs: 0,
  },
  agent: { profile: profileOf(), version: 1, createdAt: 0, updatedAt: 0 },
  usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, costUsd: 1 },
};
const prompt: SessionEvent = { type: 'user.message', content: [], id: 'sevt_p', processed_at: '2026-01-01T00:00:00Z' };

let ids = 0;
const said = (body: AgentEventBody, id = `sevt_${(ids += 1)}`): SessionEvent => ({
  ...body,
  id,
  processed_at: '2026-01-01T00:00:01Z',
});
const delta = (id: string, text: string): PreviewEvent => ({
  type: 'event_delta',
  event_id: id,
  delta: { type: 'content_delta', index: 0, content: { type: 'text', text } },
});
const text = (whole: string, id: string) =>
  said({ type: 'agent.message', content: [{ type: 'text', text: whole }] }, id);
const idle = said({ type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null });

function streamOf(...events: (SessionEvent | PreviewEvent)[]): { stream: QueryStream; told: QueryEvent[] } {
  let time = 1000;
  const stream = new QueryStream({ session, messageId: 'sevt_p', newUuid: () => 'uuid', now: () => (time += 1000) });
  const told = [prompt, ...events].flatMap((event) => stream.push(event));
  return { stream, told: [...told, ...stream.finish({ ...session, usage: { ...session.usage, costUsd: 1.5 } })] };
}

type DataOf<Name extends QueryEvent['event']> = Extract<QueryEvent, { event: Name }>['data'];
const of = <Name extends QueryEvent['event']>(told: readonly QueryEvent[], name: Name) =>
  told.filter(({ event }) => event === name).map(({ data }) => data as DataOf<Name>);
const rawOf = (told: readonly QueryEvent[]) =>
  of(told, 'stream_event').map(({ event }) => event as unknown as RawEvent);

interface RawEvent {
  type: string;
  message?: { id: string };
  content_block?: { type: string; id?: string; name?: string };
  delta?: { text?: string; partial_json?: string; stop_reason?: string };
}

/** Each message is whole before the next one begins; gives what each of them says. */
function messagesIn(told: readonly QueryEvent[]): string[] {
  const order =
    /^message_start content_block_start( content_block_delta)* content_block_stop message_delta message_stop$/;
  const messages: RawEvent[][] = [];
  for (const event of rawOf(told)) {
    if (event.type === 'message_start') messages.push([]);
    messages.at(-1)?.push(event);
  }
  return messages.map((events) => {
    expect(events.map(({ type }) => type).join(' ')).toMatch(order);
    return events.map(({ delta: part }) => part?.text ?? part?.partial_json ?? '').join('');
  });
}

describe('the stream of a query', () => {
  it('tells a text as it is written, and whole', () => {
    const { told } = streamOf(delta('t', 'One '), delta('t', 'two'), text('One two.', 't'), idle);
    expect(messagesIn(told)).toEqual(['One two.']);
    expect(of(told, 'assistant_message')).toEqual([
      { content: [{ type: 'text', text: 'One two.' }], model: 'sonnet', parent_tool_use_id: null },
    ]);
    expect(of(told, 'result_message')[0]).toMatchObject({
      subtype: 'success',
      result: 'One two.',
      total_cost_usd: 0.5,
    });
  });

  it('tells texts that are written at the same time one after the other, each with all of its parts', () => {
    const parts = [delta('a', 'A1'), delta('b', 'B1'), delta('a', 'A2'), text('B1B2', 'b'), text('A1A2', 'a')];
    const { told } = streamOf(...parts, idle);
    expect(messagesIn(told)).toEqual(['A1', 'B1', 'A2', 'B2']);
  });

  it('ends a text that is never whole', () => {
    const call = said({ type: 'agent.tool_use', name: 'bash', input: { command: 'ls' } });
    expect(messagesIn(streamOf(delta('a', 'Hel'), call, idle).told)).toEqual(['Hel', '{"command":"ls"}']);
    expect(messagesIn(streamOf(delta('a', 'Hel'), idle).told)).toEqual(['Hel']);
  });

  it('tells calls and results under one id, by the names of the CLI', () => {
    const { told } = streamOf(
      said({ type: 'agent.tool_use', name: 'web_fetch', input: { url: 'x' }, evaluated_permission: 'allow' }, 'c1'),
      said({ type: 'agent.tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'y' }], is_error: false }),
      said({ type: 'agent.mcp_tool_use', mcp_server_name: 'home', name: 'lamp', input: {} }, 'c2'),
      said({ type: 'agent.mcp_tool_result', mcp_tool_use_id: 'c2', content: [], is_error: true }),
      said({ type: 'agent.tool_use', name: 'ask_user_question', input: {} }, 'c3'),
      idle,
    );
    const blocks = rawOf(told).flatMap(({ content_block: block }) => block ?? []);
    expect(blocks.map(({ id, name }) => [id, name])).toEqual([
      ['c1', 'WebFetch'],
      ['c2', 'mcp__home__lamp'],
      ['c3', 'AskUserQuestion'],
    ]);
    expect(of(told, 'user_message').flatMap(({ content }) => content)).toEqual([
      { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'y' }], is_error: false },
      { type: 'tool_result', tool_use_id: 'c2', content: [], is_error: true },
    ]);
  });

  it('tells a call once that was told again when it was asked about', () => {
    const call = { type: 'agent.tool_use', name: 'bash', input: { command: 'ls' } } as const;
    const { told } = streamOf(
      said(call, 'c1'),
      said({ ...call, evaluated_permission: 'ask' }, 'c2'),
      said({ type: 'agent.tool_result', tool_use_id: 'c2', content: [], is_error: false }),
      said({ ...call, evaluated_permission: 'ask' }, 'c3'),
      idle,
    );
    expect(of(told, 'assistant_message').flatMap(({ content }) => content)).toMatchObject([{ id: 'c1' }, { id: 'c3' }]);
    expect(of(told, 'user_message')[0]?.content).toMatchObject([{ tool_use_id: 'c1' }]);
  });

  it('counts its requests', () => {
    const usage = { ...session.usage, input_tokens: 3, output_tokens: 4 };
    const start = said({ type: 'span.model_request_start' });
    const end = (id: string): SessionEvent => ({
      ...{ type: 'span.model_request_end', model_request_start_id: id, model_usage: usage, is_error: false },
      ...{ id: 'sevt_e', processed_at: '2026-01-01T00:00:03Z' },
    });
    const { told } = streamOf(start, end(start.id), end('unknown'), idle);
    const usages = { input_tokens: 6, output_tokens: 8 };
    expect(of(told, 'result_message')[0]).toMatchObject({ num_turns: 2, duration_api_ms: 2000, usage: usages });
  });

  it('waits where somebody is asked, and begins with its own turn', () => {
    const asked = said({
      ...{ type: 'session.status_idle', stop_details: null },
      stop_reason: { type: 'requires_action', event_ids: ['c1'] },
    });
    const { stream, told } = streamOf(asked);
    expect(stream.isOver).toBe(false);
    expect(of(told, 'system_message')[0]).toMatchObject({ subtype: 'requires_action', data: { event_ids: ['c1'] } });
    const other = new QueryStream({ session, messageId: 'other', newUuid: () => '', now: () => 0 });
    expect([prompt, text('Not for it', 'x'), idle].flatMap((event) => other.push(event))).toEqual([]);
    expect(other.isOver).toBe(false);
  });

  it.each<[string, AgentEventBody | SessionEvent, string, boolean]>([
    ['an error', error('unknown_error', 'exhausted'), 'error_during_execution', true],
    ['too many turns', error('tool_use_limit_reached_error', 'exhausted'), 'error_max_turns', false],
    ['an interrupt', { type: 'user.interrupt', id: 'i', processed_at: null }, 'error_during_execution', true],
    ['an error that passes', error('unknown_error', 'retrying'), 'success', false],
  ])('%s', (_what, body, subtype, isTold) => {
    const { told } = streamOf('id' in body ? body : said(body), idle);
    expect(of(told, 'result_message')[0]).toMatchObject({ subtype, is_error: subtype !== 'success' });
    expect(of(told, 'error')).toHaveLength(isTold ? 1 : 0);
  });

  it('ends where its prompt waits for a budget, or its session is gone', () => {
    for (const [end, subtype] of [
      [
        { type: 'session.status_idle', stop_reason: { type: 'budget_reached' }, stop_details: null },
        'error_max_budget_usd',
      ],
      [{ type: 'session.deleted' }, 'error_during_execution'],
    ] as const) {
      const stream = new QueryStream({ session, messageId: 'never', newUuid: () => '', now: () => 0 });
      stream.push(said(end));
      expect(stream.isOver).toBe(true);
      expect(of(stream.finish(undefined), 'result_message')[0]).toMatchObject({ subtype, session_id: 'sesn_1' });
    }
  });

  it('numbers its events', () => {
    const { toFrame } = queryEvents();
    const event = { event: 'error', data: { message: 'a' } };
    expect([toFrame(event), toFrame(event)]).toEqual([
      'id: 1\nevent: error\ndata: {"message":"a"}\n\n',
      'id: 2\nevent: error\ndata: {"message":"a"}\n\n',
    ]);
  });
});

function error(
  type: 'unknown_error' | 'tool_use_limit_reached_error',
  retry: 'exhausted' | 'retrying',
): AgentEventBody {
  return { type: 'session.error', error: { type, message: 'It failed.', retry_status: { type: retry } } };
}
