import { describe, expect, it } from 'vitest';
import type { FakeTurn } from '../../support/agents/fake-engine.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { draft, openSessions, poll, untilLast, user, type OpenOptions, type OpenSessions } from './open-sessions.ts';

/** A service whose turns end when they are told to. */
function manual(options: OpenOptions) {
  const service = openSessions(options);
  const turns = new Map<string, FakeTurn>();
  service.engine.script = (turn) => {
    turns.set(turn.text, turn);
  };
  const end = async (text: string) => {
    await poll(() => turns.has(text)).toBe(true);
    turns.get(text)?.end();
  };
  return { service, turns, end };
}

async function start({ sessions }: OpenSessions, text: string): Promise<string> {
  return (await sessions.create(undefined, draft({ events: [user(text)] }))).id;
}

describe('processes of sessions', () => {
  it('are kept for a while after a turn, and resumed later', async () => {
    const service = openSessions({ idleAfterMs: 5 });
    const id = await start(service, 'one');
    await untilLast(service, id, 'idle: end_turn');
    await poll(() => service.engine.live).toEqual([]);
    await service.sessions.send(undefined, id, [user('two')]);
    await poll(() => service.engine.texts).toEqual(['one', 'two']);
    expect(service.engine.last.options.resume).toBe(true);
  });

  it('give way to another session, the longest idle first', async () => {
    const { service, end } = manual({ maxLive: 2 });
    const ids = [];
    for (const text of ['a', 'b']) {
      ids.push(await start(service, text));
      await end(text);
      await untilLast(service, ids.at(-1) ?? '', 'idle: end_turn');
    }
    // Used again, so that the other one has been idle for longer.
    await service.sessions.send(undefined, ids[0] ?? '', [user('a again')]);
    await end('a again');
    await untilLast(service, ids[0] ?? '', 'idle: end_turn');
    const third = await start(service, 'c');
    await end('c');
    await untilLast(service, third, 'idle: end_turn');
    expect(service.engine.processes.map(({ isStopped }) => isStopped)).toEqual([false, true, false]);
  });

  it('are waited for in order where all are busy, and messages wait with their session', async () => {
    const { service, end, turns } = manual({ maxLive: 1 });
    const ids = [await start(service, 'a')];
    await poll(() => turns.has('a')).toBe(true);
    ids.push(await start(service, 'b'), await start(service, 'c'));
    // A second message of the first session comes behind them.
    await service.sessions.send(undefined, ids[0] ?? '', [user('a again')]);
    expect((await service.sessions.get(undefined, ids[1] ?? '')).status).toBe('idle');
    for (const text of ['a', 'b', 'c', 'a again']) await end(text);
    expect([...turns.keys()]).toEqual(['a', 'b', 'c', 'a again']);
    expect(service.engine.live.length).toBe(1);
  });

  it('are never more than there may be, and count until they are gone', async () => {
    const { service, end } = manual({ maxLive: 1 });
    const gone = createDeferred<undefined>();
    service.engine.beforeStop = () => gone.promise.then(() => undefined);
    const first = await start(service, 'a');
    await end('a');
    await untilLast(service, first, 'idle: end_turn');
    const next = await start(service, 'b');
    await poll(() => service.engine.last.isStopped).toBe(true);
    await start(service, 'c');
    for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
    expect((await service.sessions.get(undefined, next)).status).toBe('idle');
    expect(service.engine.processes).toHaveLength(1);
    gone.resolve(undefined);
    await end('b');
    await end('c');
    expect(service.engine.processes).toHaveLength(3);
  });

  it('are not two of one session: the next one starts when the last one is gone', async () => {
    const { service, end } = manual({ maxLive: 4, idleAfterMs: 5 });
    const gone = createDeferred<undefined>();
    service.engine.beforeStop = () => gone.promise.then(() => undefined);
    const id = await start(service, 'a');
    await end('a');
    await poll(() => service.engine.last.isStopped).toBe(true);
    await service.sessions.send(undefined, id, [user('b')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.processes).toHaveLength(1);
    gone.resolve(undefined);
    await end('b');
    expect(service.engine.processes).toHaveLength(2);
  });

  it('that end while they are idle are replaced', async () => {
    const service = openSessions();
    const id = await start(service, 'one');
    await untilLast(service, id, 'idle: end_turn');
    service.engine.last.die();
    await service.sessions.send(undefined, id, [user('two')]);
    await poll(() => service.engine.texts).toContain('two');
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.processes).toHaveLength(2);
  });

  it('are at work until the turn is over', async () => {
    const { service, end, turns } = manual({});
    expect(service.sessions.areAtWork).toBe(false);
    const id = await start(service, 'a');
    await poll(() => turns.has('a')).toBe(true);
    expect(service.sessions.areAtWork).toBe(true);
    await end('a');
    await untilLast(service, id, 'idle: end_turn');
    await poll(() => service.sessions.areAtWork).toBe(false);
  });

  it('leave a session that is deleted while it waits for one out', async () => {
    const { service, end, turns } = manual({ maxLive: 1 });
    const first = await start(service, 'a');
    await poll(() => turns.has('a')).toBe(true);
    const second = await start(service, 'b');
    await start(service, 'c');
    await service.sessions.delete(undefined, second);
    await end('a');
    await end('c');
    await untilLast(service, first, 'idle: end_turn');
    expect([...turns.keys()]).toEqual(['a', 'c']);
  });
});
