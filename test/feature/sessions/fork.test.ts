import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { brief, briefly, draft, eventsOf, failure, idOf, openSessions, untilLast, user } from './open-sessions.ts';

/** A session in which something was asked, called and said. */
async function talked(changes: Parameters<typeof draft>[0] = {}) {
  const service = openSessions({ owners: [] });
  service.engine.script = async (turn) => {
    await turn.ask('call-1', 'make');
    turn.endCall('call-1', 'made');
    turn.say('Done.');
    turn.end();
  };
  const { id } = await service.sessions.create(undefined, draft({ events: [user('go')], ...changes }));
  const asked = await untilLast(service, id, 'idle: requires_action');
  const answer = {
    type: 'user.tool_confirmation',
    tool_use_id: idOf(asked, 'agent.tool_use'),
    result: 'allow',
  } as const;
  await service.sessions.send(undefined, id, [answer]);
  const events = await untilLast(service, id, 'idle: end_turn');
  service.engine.script = (turn) => {
    turn.say(`re: ${turn.text}`);
    turn.end();
  };
  return { ...service, service, id, events };
}

describe('a fork of a session', () => {
  it('has what was said and done as its past, and its own turns behind that', async () => {
    const { service, sessions, engine, id } = await talked();
    const fork = await sessions.create(undefined, draft({ forkOf: id }));
    const copied = await eventsOf(service, fork.id);
    expect(copied.map(brief)).toEqual([
      ...['user.message: go', 'agent.tool_use', 'user.tool_confirmation', 'agent.tool_result', 'agent.message: Done.'],
    ]);
    const callId = idOf(copied, 'agent.tool_use');
    expect(copied.slice(2, 4)).toMatchObject([{ tool_use_id: callId }, { tool_use_id: callId }]);
    await sessions.send(undefined, fork.id, [user('more')]);
    await untilLast(service, fork.id, 'idle: end_turn');
    expect(engine.last.options).toMatchObject({ resume: false });
    expect(engine.last.options.past).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'go' }] },
      {
        role: 'assistant',
        content: [{ type: 'past_call', callId, tool: { kind: 'builtin', name: 'bash' }, input: { command: 'make' } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: callId, content: [{ type: 'text', text: 'made' }] }],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
    ]);
    expect(engine.last.turns[0]?.text).toBe('more');
    await sessions.send(undefined, fork.id, [user('again')]);
    await untilLast(service, fork.id, 'idle: end_turn');
  });

  it('leaves the other session as it is, and does without it', async () => {
    const { service, sessions, id, events } = await talked();
    const fork = await sessions.create(undefined, draft({ forkOf: id }));
    expect(await eventsOf(service, id)).toEqual(events);
    await sessions.delete(undefined, id);
    expect(await eventsOf(service, fork.id)).toHaveLength(5);
  });

  it('has the agent, overrides, title, metadata and budget of the other, unless it is given others', async () => {
    const source = { overrides: { system: 'Be brief.' }, title: 'T', metadata: { a: '1' }, maxCostUsd: 2 };
    const { sessions, id } = await talked(source);
    const same = await sessions.create(undefined, draft({ forkOf: id }));
    expect(same).toMatchObject({ ...source, metadata: { a: '1', forked_from: id }, usage: { costUsd: 0 } });
    const other = { overrides: { model: 'claude-haiku-5' }, title: 'U', metadata: { a: '2' }, maxCostUsd: 3 };
    expect(await sessions.create(undefined, draft({ forkOf: id, ...other }))).toMatchObject({
      ...other,
      overrides: { system: 'Be brief.', model: 'claude-haiku-5' },
      metadata: { a: '2', forked_from: id },
    });
  });

  it("is refused of another token's session, and of another agent", async () => {
    const { sessions, id } = await talked();
    await expect(sessions.create('someone', draft({ forkOf: id }))).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
    await expect(sessions.create(undefined, draft({ forkOf: id, agent: 'other' }))).rejects.toMatchObject(
      failure('INVALID_REQUEST', 'agent'),
    );
  });

  it('has system messages too, and begins again with its whole past where its first turn fails', async () => {
    const { service, sessions, engine, id } = await talked();
    await sessions.send(undefined, id, [{ type: 'system.message', content: [{ type: 'text', text: 'Hurry.' }] }]);
    await untilLast(service, id, 'system.message: Hurry.');
    const fork = await sessions.create(undefined, draft({ forkOf: id }));
    engine.beforeOpen = () => Promise.reject(new HarnessError('CLI_FAILED', 'It does not start.'));
    await sessions.send(undefined, fork.id, [user('one')]);
    await untilLast(service, fork.id, 'idle: retries_exhausted');
    engine.beforeOpen = () => Promise.resolve();
    await sessions.send(undefined, fork.id, [user('two')]);
    await untilLast(service, fork.id, 'idle: end_turn');
    const { past, resume, systemMessages } = engine.last.options;
    expect({ resume, systemMessages, messages: past.length, last: past.at(-1) }).toEqual({
      ...{ resume: false, systemMessages: ['Hurry.'], messages: 5 },
      last: { role: 'user', content: [{ type: 'text', text: 'one' }] },
    });
  });
});

it('a message to which no process has reacted is given to the next one', async () => {
  const service = openSessions();
  const { sessions, engine } = service;
  const { id } = await sessions.create(undefined, draft({ events: [user('one')] }));
  await untilLast(service, id, 'idle: end_turn');
  engine.script = (turn) => {
    turn.process.die(new HarnessError('CLI_FAILED', 'Killed.'));
  };
  await sessions.send(undefined, id, [user('lost')]);
  await untilLast(service, id, 'idle: retries_exhausted');
  engine.script = (turn) => {
    turn.end();
  };
  await sessions.send(undefined, id, [user('next')]);
  await untilLast(service, id, 'idle: end_turn');
  expect(engine.last.options).toMatchObject({
    resume: true,
    past: [{ role: 'user', content: [{ type: 'text', text: 'lost' }] }],
  });
  expect(engine.last.turns.map(({ text }) => text)).toEqual(['next']);
  expect((await briefly(service, id)).filter((text) => text === 'user.message: lost')).toHaveLength(1);
});
