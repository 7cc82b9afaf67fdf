import { describe, expect, it } from 'vitest';
import type { PermissionDecision } from '../../../src/core/agent-engine.ts';
import type { ClientEvent } from '../../../src/core/session-event.ts';
import {
  brief,
  draft,
  eventsOf,
  failure,
  idOf,
  openSessions,
  poll,
  untilLast,
  user,
  type OpenOptions,
} from './open-sessions.ts';

const allow = (id: string, more: object = {}): ClientEvent => ({
  type: 'user.tool_confirmation',
  tool_use_id: id,
  result: 'allow',
  ...more,
});
const deny = (id: string, more: object = {}): ClientEvent => ({
  type: 'user.tool_confirmation',
  tool_use_id: id,
  result: 'deny',
  ...more,
});

/** A session whose turn asks about one call, and ends when that is decided. */
async function asking(options: OpenOptions = {}, caller?: string) {
  const service = openSessions(options);
  const decisions: PermissionDecision[] = [];
  service.engine.script = async (turn) => {
    decisions.push(await turn.ask('call-1'));
    turn.endCall('call-1');
    turn.end();
  };
  const { id } = await service.sessions.create(caller, draft({ events: [user('go')] }));
  const events = await untilLast(service, id, 'idle: requires_action', caller);
  return { ...service, service, id, decisions, question: idOf(events, 'agent.tool_use') };
}

describe('a question', () => {
  it('makes the session idle until it is answered', async () => {
    const { service, sessions, id, decisions, question } = await asking();
    const before = await eventsOf(service, id);
    expect(before.at(-1)).toMatchObject({ stop_reason: { type: 'requires_action', event_ids: [question] } });
    expect((await sessions.get(undefined, id)).status).toBe('idle');
    const [answer] = await sessions.send(undefined, id, [allow(question)]);
    expect(answer?.processed_at).not.toBeNull();
    const after = (await untilLast(service, id, 'idle: end_turn')).slice(before.length);
    expect(after.map(brief)).toEqual(['user.tool_confirmation', 'running', 'agent.tool_result', 'idle: end_turn']);
    expect(after[2]).toMatchObject({ tool_use_id: question });
    expect(decisions).toEqual([{ allow: true }]);
  });

  it('may be denied with a message', async () => {
    const { sessions, id, decisions, question, service } = await asking();
    await sessions.send(undefined, id, [deny(question, { deny_message: 'Not now.' })]);
    await untilLast(service, id, 'idle: end_turn');
    expect(decisions).toEqual([{ allow: false, message: 'Not now.' }]);
  });

  it('is answered once: of two answers at a time the first counts', async () => {
    const { sessions, id, decisions, question, service } = await asking();
    const outcomes = await Promise.allSettled([
      sessions.send(undefined, id, [allow(question)]),
      sessions.send(undefined, id, [deny(question)]),
      sessions.send(undefined, id, [user('not kept'), deny(question)]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(outcomes.slice(1)).toMatchObject([
      { reason: failure('SESSION_CONFLICT', 'events[0].tool_use_id') },
      { reason: failure('SESSION_CONFLICT', 'events[1].tool_use_id') },
    ]);
    const events = await untilLast(service, id, 'idle: end_turn');
    expect(decisions).toEqual([{ allow: true }]);
    expect(events.filter(({ type }) => type === 'user.tool_confirmation')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'user.message')).toHaveLength(1);
    await expect(sessions.send(undefined, id, [allow(question)])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
  });

  it.each<[string, (question: string) => ClientEvent, string]>([
    ['of a call that is unknown', () => allow('sevt_none'), 'tool_use_id'],
    [
      'of a custom tool that is unknown',
      (id) => ({ type: 'user.custom_tool_result', custom_tool_use_id: id }),
      'custom_tool_use_id',
    ],
    ['that allows with the message of a denial', (id) => allow(id, { deny_message: 'x' }), 'deny_message'],
    ['that denies with another input', (id) => deny(id, { updated_input: {} }), 'updated_input'],
    ['that denies for the session', (id) => deny(id, { for_session: true }), 'for_session'],
  ])('refuses an answer %s', async (_what, answer, field) => {
    const { sessions, id, question } = await asking();
    const refusal = failure('INVALID_REQUEST', `events[0].${field}`);
    await expect(sessions.send(undefined, id, [answer(question)])).rejects.toMatchObject(refusal);
  });

  it('takes another input from owners only, and everybody is one where there are no tokens', async () => {
    const ann = 'sha256:ann';
    const updated = { updated_input: { command: 'ls -l' }, for_session: true };
    for (const [caller, owners] of [
      [undefined, []],
      [ann, [ann]],
    ] as const) {
      const { sessions, id, decisions, question, service } = await asking({ owners }, caller);
      await sessions.send(caller, id, [allow(question, updated)]);
      await untilLast(service, id, 'idle: end_turn', caller);
      expect(decisions).toEqual([{ allow: true, input: { command: 'ls -l' }, forSession: true }]);
    }
    const { sessions, id, question } = await asking({ owners: ['sha256:bob'] }, ann);
    await expect(sessions.send(ann, id, [allow(question, updated)])).rejects.toMatchObject(
      failure('INVALID_REQUEST', 'events[0].updated_input'),
    );
  });

  it('that nobody answers in time is denied', async () => {
    const { service, id, decisions, question, sessions } = await asking({ askTimeoutMs: 5 });
    const events = await untilLast(service, id, 'idle: end_turn');
    expect(decisions).toEqual([{ allow: false, message: 'Denied: nobody answered within 0.005 s.' }]);
    expect(events.map(brief)).not.toContain('user.tool_confirmation');
    await expect(sessions.send(undefined, id, [allow(question)])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
  });

  it('is withdrawn by an interrupt, which lets waiting messages run', async () => {
    const { service, sessions, engine, id, question } = await asking();
    const [waiting] = await sessions.send(undefined, id, [user('later')]);
    expect(waiting?.processed_at).toBeNull();
    engine.script = (turn) => {
      turn.end();
    };
    engine.last.atInterrupt = [{ type: 'tool_ended', callId: 'call-1', content: [], isError: true }];
    await sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
    await poll(() => engine.texts).toEqual(['go', 'later']);
    const told = (await untilLast(service, id, 'idle: end_turn')).map(brief);
    expect(told.slice(told.indexOf('idle: requires_action'))).toEqual([
      ...['idle: requires_action', 'user.interrupt', 'agent.tool_result', 'idle: end_turn'],
      ...['running', 'user.message: later', 'idle: end_turn'],
    ]);
    await expect(sessions.send(undefined, id, [allow(question)])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
  });

  it('that the agent withdraws is not waited for', async () => {
    const service = openSessions();
    service.engine.script = async (turn) => {
      void turn.ask('call-1');
      await turn.ask('call-2');
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const first = await untilLast(service, id, 'idle: requires_action');
    await poll(async () => (await eventsOf(service, id)).at(-1)).toMatchObject({
      stop_reason: { event_ids: [expect.any(String), expect.any(String)] },
    });
    service.engine.last.emit({ type: 'question_withdrawn', callId: 'call-1' });
    const second = idOf(await eventsOf(service, id), 'agent.tool_use', 1);
    await poll(async () => (await eventsOf(service, id)).at(-1)).toMatchObject({
      stop_reason: { event_ids: [second] },
    });
    await expect(service.sessions.send(undefined, id, [allow(idOf(first, 'agent.tool_use'))])).rejects.toMatchObject(
      failure('SESSION_CONFLICT'),
    );
    await service.sessions.send(undefined, id, [allow(second)]);
    await untilLast(service, id, 'idle: end_turn');
  });
});

describe('several calls', () => {
  it('are waited for when nothing else goes on; fewer than all answered leave the rest', async () => {
    const service = openSessions();
    const { sessions, engine } = service;
    engine.script = async (turn) => {
      turn.emit(
        { type: 'request_started' },
        {
          type: 'tool_called',
          callId: 'runs',
          tool: { kind: 'builtin', name: 'read' },
          input: {},
          permission: 'allow',
        },
      );
      const asked = turn.ask('asked');
      const custom = turn.callCustom('custom');
      turn.emit({
        type: 'request_ended',
        usage: { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
        isError: false,
      });
      await Promise.all([asked, custom]);
      turn.endCall('asked');
      turn.endCall('custom');
      turn.end();
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'span.model_request_end');
    // The call that runs keeps the session running.
    expect((await sessions.get(undefined, id)).status).toBe('running');
    engine.last.emit({ type: 'tool_ended', callId: 'runs', content: [], isError: false });
    const events = await untilLast(service, id, 'idle: requires_action');
    const [asked, custom] = [idOf(events, 'agent.tool_use', 1), idOf(events, 'agent.custom_tool_use')];
    expect(events.at(-1)).toMatchObject({ stop_reason: { event_ids: [asked, custom] } });
    await sessions.send(undefined, id, [allow(asked)]);
    expect((await eventsOf(service, id)).slice(events.length)).toMatchObject([
      { type: 'user.tool_confirmation' },
      { type: 'session.status_idle', stop_reason: { type: 'requires_action', event_ids: [custom] } },
    ]);
    const content = [{ type: 'text', text: '42' }];
    await sessions.send(undefined, id, [
      { type: 'user.custom_tool_result', custom_tool_use_id: custom, content, is_error: true },
    ]);
    const all = await untilLast(service, id, 'idle: end_turn');
    expect(all.slice(events.length + 2).map(brief)).toEqual([
      ...['user.custom_tool_result', 'running', 'agent.tool_result', 'idle: end_turn'],
    ]);
    expect(await engine.last.result('custom').promise).toEqual({ content, isError: true });
  });

  it('of a subagent are waited for though the call that started it is not over', async () => {
    const service = openSessions();
    service.engine.script = async (turn) => {
      turn.emit(
        {
          type: 'tool_called',
          callId: 'task',
          tool: { kind: 'builtin', name: 'task' },
          input: {},
          permission: 'allow',
        },
        {
          ...{ type: 'tool_called', callId: 'inner', input: {}, permission: 'ask', parentCallId: 'task' },
          tool: { kind: 'mcp', server: 'files', name: 'list' },
        },
      );
      await turn.process.decision('inner').promise;
      turn.emit({ type: 'tool_ended', callId: 'inner', content: [], isError: true, parentCallId: 'task' });
      turn.emit({ type: 'text_ended', text: 1, whole: 'found', parentCallId: 'task' });
      turn.endCall('task');
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: requires_action');
    const [task, inner] = [idOf(events, 'agent.tool_use'), idOf(events, 'agent.mcp_tool_use')];
    await service.sessions.send(undefined, id, [allow(inner)]);
    const all = await untilLast(service, id, 'idle: end_turn');
    expect(all.filter((event) => 'parent_tool_use_id' in event)).toMatchObject([
      { type: 'agent.mcp_tool_use', mcp_server_name: 'files', name: 'list', parent_tool_use_id: task },
      { type: 'agent.mcp_tool_result', mcp_tool_use_id: inner, is_error: true, parent_tool_use_id: task },
      { type: 'agent.message', parent_tool_use_id: task },
    ]);
  });
});
