import { onTestFinished, describe, expect, it } from 'vitest';
import type { Caller, QuestionChange } from '../../../src/core/sessions.ts';
import type { Script } from '../../support/agents/fake-engine.ts';
import {
  draft,
  eventsOf,
  failure,
  idOf,
  kill,
  openAnother,
  openSessions,
  untilLast,
  user,
  type OpenOptions,
  type OpenSessions,
} from './open-sessions.ts';

const askOnce: Script = async (turn) => {
  await turn.ask('call-1', 'make');
  turn.endCall('call-1');
  turn.end();
};

/** A session whose turn asks about a call. */
async function ask(service: OpenSessions, caller?: Caller) {
  service.engine.script = askOnce;
  const { id } = await service.sessions.create(caller, draft({ events: [user('go')] }));
  const events = await untilLast(service, id, 'idle: requires_action', caller);
  return { id, question: idOf(events, 'agent.tool_use'), call: events.find(({ type }) => type === 'agent.tool_use') };
}

async function asking(options: OpenOptions = {}) {
  const service = openSessions(options);
  return { service, ...service, ...(await ask(service)) };
}

/** Follows all questions and keeps what it sees. */
async function follow({ sessions }: OpenSessions, caller?: Caller) {
  const left = new AbortController();
  onTestFinished(() => {
    left.abort();
  });
  const changes = await sessions.followQuestions(caller, left.signal);
  const seen: QuestionChange[] = [];
  const over = (async () => {
    for await (const change of changes) seen.push(change);
  })();
  over.catch(() => undefined);
  const brief = () => seen.map(({ question: { id, status } }) => `${status} ${id}`);
  return { seen, brief, over, left };
}

const answer = (id: string, result: 'allow' | 'deny' = 'allow') =>
  ({ type: 'user.tool_confirmation', tool_use_id: id, result }) as const;

describe('a question', () => {
  it('has what its call has, and waits without end by default', async () => {
    const { sessions, id, question, call } = await asking();
    expect(await sessions.question(undefined, question)).toEqual({
      ...{ id: question, sessionId: id, agent: 'coder', status: 'pending' },
      ...{ tool: { kind: 'builtin', name: 'bash' }, input: { command: 'make' } },
      askedAt: Date.parse(call?.processed_at ?? ''),
    });
  });

  it('of an MCP server names both', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      const tool = { kind: 'mcp', server: 'home', name: 'lamp' } as const;
      turn.emit({ type: 'tool_called', callId: 'call-1', tool, input: { on: true }, permission: 'ask' });
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const question = idOf(await untilLast(service, id, 'idle: requires_action'), 'agent.mcp_tool_use');
    expect(await service.sessions.question(undefined, question)).toMatchObject({
      tool: { kind: 'mcp', server: 'home', name: 'lamp' },
      input: { on: true },
    });
  });

  it.each([
    ['allow', 'allowed'],
    ['deny', 'denied'],
  ] as const)('is settled by %s', async (result, status) => {
    const { sessions, service, id, question } = await asking();
    await sessions.send(undefined, id, [answer(question, result)]);
    expect(await sessions.question(undefined, question)).toMatchObject({ status });
    await untilLast(service, id, 'idle: end_turn');
    expect(await sessions.question(undefined, question)).toMatchObject({ status });
  });

  it('is settled as soon as its answer is accepted, by whichever service', async () => {
    const { service, id, question } = await asking();
    const other = openAnother(service);
    // The first one runs the session, so that the answer waits for it.
    await other.sessions.send(undefined, id, [answer(question)]);
    expect((await eventsOf(other, id)).at(-1)).toMatchObject({ type: 'user.tool_confirmation', processed_at: null });
    expect(await other.sessions.question(undefined, question)).toMatchObject({ status: 'allowed' });
  });

  it('is not denied for want of an answer that another service has accepted', async () => {
    const service = openSessions({ askTimeoutMs: 300, claimMs: 2400 });
    await service.sessions.recover();
    const { id, question } = await ask(service);
    const other = openAnother(service);
    await other.sessions.send(undefined, id, [answer(question)]);
    const events = await untilLast(service, id, 'idle: end_turn');
    expect(await service.engine.last.decision('call-1').promise).toEqual({ allow: true });
    expect(events.filter(({ type }) => type === 'user.tool_confirmation')).toHaveLength(1);
  });

  it('expires when nobody answers in time', async () => {
    const { sessions, service, id, question, call } = await asking({ askTimeoutMs: 200 });
    await untilLast(service, id, 'idle: end_turn');
    const askedAt = Date.parse(call?.processed_at ?? '');
    expect(await sessions.question(undefined, question)).toMatchObject({ status: 'expired', expiresAt: askedAt + 200 });
  });

  it('expires when it is withdrawn, or its session takes no more answers', async () => {
    const service = openSessions();
    const first = await ask(service);
    await service.sessions.send(undefined, first.id, [{ type: 'user.interrupt' }]);
    expect(await service.sessions.question(undefined, first.question)).toMatchObject({ status: 'expired' });
    const second = await ask(service);
    await service.sessions.archive(undefined, second.id);
    expect(await service.sessions.question(undefined, second.question)).toMatchObject({ status: 'expired' });
  });

  it('is there for the owner of its session only, while that is there', async () => {
    const service = openSessions();
    const { id, question } = await ask(service, 'sha256:ann');
    expect(await service.sessions.question('sha256:ann', question)).toMatchObject({ status: 'pending' });
    for (const caller of ['sha256:bob', undefined]) {
      await expect(service.sessions.question(caller, question)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    }
    const message = idOf(await eventsOf(service, id, 'sha256:ann'), 'user.message');
    for (const other of ['sevt_none', message]) {
      await expect(service.sessions.question('sha256:ann', other)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    }
    await service.sessions.delete('sha256:ann', id);
    await expect(service.sessions.question('sha256:ann', question)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
  });

  it('is none where the call needs no answer', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      const tool = { kind: 'builtin', name: 'bash' } as const;
      turn.emit({ type: 'tool_called', callId: 'call-1', tool, input: { command: 'ls' }, permission: 'allow' });
      turn.endCall('call-1');
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const call = idOf(await untilLast(service, id, 'idle: end_turn'), 'agent.tool_use');
    await expect(service.sessions.question(undefined, call)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
  });

  it('survives the process that asked, and one that was decided before is none', async () => {
    const { service: first, id, question } = await asking();
    kill(first);
    const second = openAnother(first);
    await second.sessions.recover();
    expect(await second.sessions.question(undefined, question)).toMatchObject({ status: 'pending' });
    const { seen } = await follow(second);
    await expect.poll(() => seen.length).toBe(1);
    second.engine.script = askOnce;
    await second.sessions.send(undefined, id, [answer(question)]);
    const events = await untilLast(second, id, 'idle: end_turn');
    await expect.poll(() => seen.map(({ question: { status } }) => status)).toEqual(['pending', 'allowed']);
    const again = idOf(events, 'agent.tool_use', 1);
    expect(events.find((event) => event.id === again)).toMatchObject({ evaluated_permission: 'allow' });
    await expect(second.sessions.question(undefined, again)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
  });
});

describe('who follows all questions', () => {
  it('sees those that are pending, then those that come, and what becomes of each', async () => {
    const service = openSessions();
    const { sessions, state } = service;
    const first = await ask(service);
    const { seen, brief } = await follow(service);
    await expect.poll(brief).toEqual([`pending ${first.question}`]);
    const second = await ask(service);
    state.clock.now += 7000;
    await sessions.send(undefined, second.id, [answer(second.question)]);
    await expect.poll(() => seen.length).toBe(3);
    const third = await ask(service);
    await sessions.send(undefined, third.id, [answer(third.question, 'deny')]);
    await sessions.send(undefined, first.id, [{ type: 'user.interrupt' }]);
    await expect.poll(() => seen.length).toBe(6);
    expect(brief()).toEqual([
      `pending ${first.question}`,
      `pending ${second.question}`,
      `allowed ${second.question}`,
      `pending ${third.question}`,
      `denied ${third.question}`,
      `expired ${first.question}`,
    ]);
    expect(seen[1]?.at).toBe(Date.parse(second.call?.processed_at ?? ''));
    expect(seen[2]?.at).toBe(state.clock.now);
    const late = await follow(service);
    const fourth = await ask(service);
    await expect.poll(late.brief).toEqual([`pending ${fourth.question}`]);
  });

  it('sees that one expires with its session, or with the time for it', async () => {
    const service = openSessions({ askTimeoutMs: 60_000 });
    const { id, question } = await ask(service);
    const { brief } = await follow(service);
    await expect.poll(brief).toEqual([`pending ${question}`]);
    await service.sessions.delete(undefined, id);
    await expect.poll(brief).toEqual([`pending ${question}`, `expired ${question}`]);

    const impatient = openSessions({ askTimeoutMs: 200 });
    const later = await follow(impatient);
    const overdue = await ask(impatient);
    await expect.poll(later.brief).toEqual([`pending ${overdue.question}`, `expired ${overdue.question}`]);
  });

  it('sees those of sessions of the caller only', async () => {
    const service = openSessions();
    const ann = await follow(service, 'sha256:ann');
    const bob = await follow(service, 'sha256:bob');
    const nobody = await follow(service);
    await ask(service, 'sha256:bob');
    const own = await ask(service, 'sha256:ann');
    await expect.poll(ann.brief).toEqual([`pending ${own.question}`]);
    expect(bob.brief()).toHaveLength(1);
    expect(nobody.brief()).toEqual([]);
  });

  it('sees what is asked and answered in another service', async () => {
    const service = openSessions();
    const other = openAnother(service, { claimMs: 40 });
    await other.sessions.recover();
    const { brief } = await follow(other);
    const { id, question } = await ask(service);
    await expect.poll(brief).toEqual([`pending ${question}`]);
    await service.sessions.send(undefined, id, [answer(question)]);
    await expect.poll(brief).toEqual([`pending ${question}`, `allowed ${question}`]);
  });

  it('leaves when it aborts, and ends with the service', async () => {
    const service = openSessions();
    const leaving = await follow(service);
    leaving.left.abort();
    await leaving.over;
    const staying = await follow(service);
    await service.sessions.stop();
    await staying.over;
    await (
      await follow(service)
    ).over;
  });
});
