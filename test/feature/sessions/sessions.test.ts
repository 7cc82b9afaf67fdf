import { describe, expect, it } from 'vitest';
import { brief, briefly, draft, failure, openSessions, untilLast, user } from './open-sessions.ts';

const query = { limit: 9, order: 'asc', created: {} } as const;

describe('a session', () => {
  it('is given as it was created', async () => {
    const { sessions, state } = openSessions();
    const metadata = { ticket: '42' };
    const session = await sessions.create(undefined, draft({ title: 'Fix', metadata, maxCostUsd: 3 }));
    const at = state.clock.now;
    expect(session).toEqual({
      ...{ id: session.id, title: 'Fix', metadata, maxCostUsd: 3, overrides: {}, status: 'idle', activeMs: 0 },
      agent: await sessions.agent(undefined, 'coder'),
      ...{ createdAt: at, updatedAt: at },
      usage: {
        input_tokens: 0,
        output_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        costUsd: 0,
      },
    });
    expect(await sessions.get(undefined, session.id)).toEqual(session);
  });

  it("of another caller's is not found, whatever is done with it", async () => {
    const service = openSessions();
    const { sessions } = service;
    const { id } = await sessions.create('sha256:ann', draft({ events: [user('go')] }));
    await untilLast(service, id, 'idle: end_turn', 'sha256:ann');
    for (const caller of ['sha256:bob', undefined]) {
      for (const call of [
        () => sessions.get(caller, id),
        () => sessions.update(caller, id, { title: 'Mine' }),
        () => sessions.archive(caller, id),
        () => sessions.delete(caller, id),
        () => sessions.send(caller, id, [user('x')]),
        () => sessions.events(caller, id, query),
        () => sessions.follow(caller, id, { previews: false }, new AbortController().signal),
      ]) {
        await expect(call()).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
      }
      expect(await sessions.list(caller, { ...query, includeArchived: true })).toEqual({ data: [] });
    }
    expect((await sessions.get('sha256:ann', id)).title).toBeNull();
  });

  it('changes as it is told, and says so', async () => {
    const service = openSessions();
    const { sessions, state } = service;
    const { id } = await sessions.create(undefined, draft({ metadata: { a: '1', b: '2' } }));
    state.clock.now += 1000;
    const changed = await sessions.update(undefined, id, {
      title: 'New',
      metadata: { a: null, c: '3' },
      overrides: { tools: [{ tool: 'read' }] },
    });
    expect(changed).toMatchObject({
      ...{ title: 'New', metadata: { b: '2', c: '3' }, updatedAt: state.clock.now },
      overrides: { tools: [{ tool: 'read' }] },
    });
    await sessions.update(undefined, id, { title: 'New' });
    const { data } = await sessions.events(undefined, id, query);
    expect(data).toMatchObject([{ type: 'session.updated', title: 'New', metadata: { b: '2', c: '3' } }]);
  });

  it('keeps every change of several at a time', async () => {
    const { sessions } = openSessions();
    const { id } = await sessions.create(undefined, draft());
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(keys.map((key) => sessions.update(undefined, id, { metadata: { [key]: key } })));
    expect(Object.keys((await sessions.get(undefined, id)).metadata).sort()).toEqual(keys);
  });

  it('while it runs keeps its tools, and is not archived', async () => {
    const service = openSessions();
    service.engine.script = () => undefined;
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'user.message: go');
    const overrides = { tools: [{ tool: 'read' as const }] };
    for (const call of [
      () => service.sessions.update(undefined, id, { overrides }),
      () => service.sessions.archive(undefined, id),
    ]) {
      await expect(call()).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    }
    expect((await service.sessions.update(undefined, id, { title: 'Still' })).title).toBe('Still');
  });

  it('has other tools in the next turn when they were changed', async () => {
    const service = openSessions();
    const { id } = await service.sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(service, id, 'idle: end_turn');
    await service.sessions.update(undefined, id, { overrides: { tools: [{ tool: 'read' }] } });
    await service.sessions.send(undefined, id, [user('two')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.processes.map(({ options }) => [options.profile.tools, options.resume])).toEqual([
      [['bash', 'read', 'grep'], false],
      [['read'], true],
    ]);
  });

  it('that is archived can be read, and takes no more events', async () => {
    const service = openSessions();
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'idle: end_turn');
    const { archivedAt } = await service.sessions.archive(undefined, id);
    expect(archivedAt).toBe(service.state.clock.now);
    expect(await briefly(service, id)).toContain('user.message: go');
    expect(service.engine.live).toEqual([]);
    await expect(service.sessions.send(undefined, id, [user('x')])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
  });

  it('that is deleted while it runs leaves nothing', async () => {
    const service = openSessions();
    const { sessions, engine, state } = service;
    engine.script = (turn) => {
      turn.say('on and on');
      void turn.ask('call-1');
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'idle: requires_action');
    await sessions.send(undefined, id, [user('waits')]);
    await sessions.delete(undefined, id);
    expect(engine.live).toEqual([]);
    expect(engine.forgotten).toEqual([engine.last.options.transcript]);
    await expect(sessions.get(undefined, id)).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    const rows = ['sessions', 'session_events', 'session_queue', 'session_calls'].map((table) =>
      state.file.read((database) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number),
    );
    expect(rows).toEqual([0, 0, 0, 0]);
  });

  it('counts the time in which it was running', async () => {
    const service = openSessions();
    service.engine.script = async (turn) => {
      service.state.clock.now += 1000;
      turn.say('a');
      await turn.ask('call-1');
      service.state.clock.now += 500;
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: requires_action');
    service.state.clock.now += 20_000;
    const question = events.find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    await service.sessions.send(undefined, id, [
      { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' },
    ]);
    await untilLast(service, id, 'idle: end_turn');
    expect((await service.sessions.get(undefined, id)).activeMs).toBe(1500);
    expect(events.map(brief)[0]).toBe('running');
  });
});
