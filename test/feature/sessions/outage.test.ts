import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { retryAfterMs } from '../../../src/state/outages.ts';
import { lockFile } from '../../state/lock-file.ts';
import {
  brief,
  draft,
  eventsOf,
  openSessions,
  poll,
  untilLast,
  user,
  watch,
  type OpenSessions,
} from './open-sessions.ts';

const full = new HarnessError('INTERNAL', 'The state file is on a disk that is full; free some space.');

/** Writing fails until it is told to work again. */
function failWrites({ state }: OpenSessions): () => void {
  const write = state.file.write.bind(state.file);
  state.file.write = () => {
    throw full;
  };
  return () => {
    state.file.write = write;
  };
}

/** The next write is the last that works. */
function failAfterOneWrite(service: OpenSessions): () => void {
  const { file } = service.state;
  const write = file.write.bind(file);
  file.write = (work) => {
    const result = write(work);
    failWrites(service);
    return result;
  };
  return () => {
    file.write = write;
  };
}

describe('while the state file can only be read', () => {
  it('nothing is created or sent, and nothing has changed', async () => {
    const service = openSessions();
    const { sessions, engine } = service;
    const { id } = await sessions.create(undefined, draft());
    const restore = failWrites(service);
    for (const call of [
      () => sessions.create(undefined, draft({ events: [user('x')] })),
      () => sessions.send(undefined, id, [user('x')]),
      () => sessions.update(undefined, id, { title: 'x' }),
      () => sessions.archive(undefined, id),
      () => sessions.delete(undefined, id),
    ]) {
      await expect(call()).rejects.toBe(full);
    }
    restore();
    expect(engine.processes).toEqual([]);
    expect(await eventsOf(service, id)).toEqual([]);
    const { data } = await sessions.list(undefined, { limit: 9, order: 'asc', created: {}, includeArchived: true });
    expect(data).toMatchObject([{ id, title: null }]);
    await sessions.send(undefined, id, [user('now')]);
    await untilLast(service, id, 'idle: end_turn');
  });

  it('a turn is ended, shows nothing that is not kept, and says so when it can', async () => {
    const service = openSessions();
    const { sessions, engine } = service;
    engine.script = (turn) => {
      turn.say('kept');
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('go')] }));
    const before = await untilLast(service, id, 'span.model_request_end');
    const seen = await watch(service, id);
    const restore = failWrites(service);
    engine.last.turns[0]?.say('lost');
    await poll(() => engine.live).toEqual([]);
    expect(seen.seen).toEqual([]);
    expect((await sessions.get(undefined, id)).status).toBe('running');
    restore();
    const events = await untilLast(service, id, 'idle: retries_exhausted');
    expect(events.slice(before.length).map(brief)).toEqual(['error: INTERNAL', 'idle: retries_exhausted']);
    expect(events.at(-2)).toMatchObject({
      error: { message: expect.stringContaining('disk that is full') as unknown },
    });
    await poll(() => seen.seen).toEqual(events.slice(before.length));
    engine.script = (turn) => {
      turn.end();
    };
    await sessions.send(undefined, id, [user('again')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(engine.last.options.resume).toBe(true);
  });

  it('because another program has locked it, a turn ends just so', async () => {
    const service = openSessions();
    const { sessions, engine, state } = service;
    engine.script = (turn) => {
      turn.say('kept');
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'span.model_request_end');
    const unlock = await lockFile(state.path);
    engine.last.turns[0]?.say('lost');
    await poll(() => engine.live).toEqual([]);
    await unlock();
    state.clock.now += retryAfterMs;
    const events = await untilLast(service, id, 'idle: retries_exhausted');
    expect(events.at(-2)).toMatchObject({ error: { message: expect.stringContaining('lock') as unknown } });
  });

  it('an answer is refused, and can be given again', async () => {
    const service = openSessions();
    service.engine.script = async (turn) => {
      await turn.ask('call-1');
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: requires_action');
    const question = events.find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    const answer = { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' } as const;
    const restore = failWrites(service);
    await expect(service.sessions.send(undefined, id, [answer])).rejects.toBe(full);
    restore();
    await service.sessions.send(undefined, id, [answer]);
    await untilLast(service, id, 'idle: end_turn');
  });

  it('what was accepted takes effect later', async () => {
    const service = openSessions({ claimMs: 40 });
    await service.sessions.recover();
    const { id } = await service.sessions.create(undefined, draft());
    const restore = failAfterOneWrite(service);
    const [sent] = await service.sessions.send(undefined, id, [user('go')]);
    expect(sent?.processed_at).toBeNull();
    expect(service.engine.processes).toEqual([]);
    restore();
    await untilLast(service, id, 'idle: end_turn');
  });

  it('an answer that was accepted reaches the agent later', async () => {
    const service = openSessions();
    service.engine.script = async (turn) => {
      await turn.ask('call-1');
      turn.end();
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: requires_action');
    const question = events.find(({ type }) => type === 'agent.tool_use')?.id ?? '';
    const restore = failAfterOneWrite(service);
    const [sent] = await service.sessions.send(undefined, id, [
      { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' },
    ]);
    expect(sent?.processed_at).toBeNull();
    restore();
    await service.sessions.recover();
    const after = (await untilLast(service, id, 'idle: end_turn')).slice(events.length);
    expect(after.map(brief)).toEqual(['user.tool_confirmation', 'running', 'idle: end_turn']);
    expect(service.engine.texts).toEqual(['go']);
  });

  it('the end of the service is no different', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      turn.say('kept');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'span.model_request_end');
    failWrites(service);
    await service.sessions.stop();
    expect(service.engine.live).toEqual([]);
  });
});
