import { describe, expect, it } from 'vitest';
import type { FakeTurn } from '../../support/agents/fake-engine.ts';
import {
  brief,
  draft,
  eventsOf,
  idOf,
  openSessions,
  poll,
  untilLast,
  user,
  type OpenOptions,
  type OpenSessions,
} from './open-sessions.ts';

const allow = (id: string) => ({ type: 'user.tool_confirmation', tool_use_id: id, result: 'allow' }) as const;

/** A service with room for one process, whose turn of `ask` asks and waits, and whose others end at once. */
function crowded(options: OpenOptions = {}): OpenSessions {
  const service = openSessions({ maxLive: 1, ...options });
  service.engine.script = (turn) => {
    if (turn.text === 'ask') void turn.ask('call-1');
    else turn.end();
  };
  return service;
}

const start = async ({ sessions }: OpenSessions, text: string): Promise<string> =>
  (await sessions.create(undefined, draft({ events: [user(text)] }))).id;

describe('a turn that waits for a client', () => {
  it('gives its process up to another session, and its answer starts another', async () => {
    const service = crowded();
    const { sessions, engine } = service;
    const waiting = await start(service, 'ask');
    const before = await untilLast(service, waiting, 'idle: requires_action');
    const other = await start(service, 'go');
    await untilLast(service, other, 'idle: end_turn');
    expect(engine.processes[0]?.isStopped).toBe(true);
    // Whoever watches sees nothing of it.
    expect(await eventsOf(service, waiting)).toEqual(before);

    await sessions.send(undefined, waiting, [allow(idOf(before, 'agent.tool_use'))]);
    const after = (await untilLast(service, waiting, 'idle: end_turn')).slice(before.length);
    expect(after.map(brief)).toEqual(['user.tool_confirmation', 'running', 'idle: end_turn']);
    expect(engine.last.options).toMatchObject({ resume: true, transcript: engine.processes[0]?.options.transcript });
    expect(engine.last.turns[0]?.content[0]).toMatchObject({ type: 'tool_result', tool_use_id: 'call-1' });
  });

  it('keeps its process while nobody needs the place', async () => {
    const service = crowded({ maxLive: 2 });
    const waiting = await start(service, 'ask');
    await untilLast(service, waiting, 'idle: requires_action');
    expect(service.sessions.areAtWork).toBe(false);
    await untilLast(service, await start(service, 'go'), 'idle: end_turn');
    expect(service.engine.processes[0]?.isStopped).toBe(false);
  });

  it('gives way only after those that are idle', async () => {
    const service = crowded({ maxLive: 2 });
    await untilLast(service, await start(service, 'ask'), 'idle: requires_action');
    await untilLast(service, await start(service, 'first'), 'idle: end_turn');
    await untilLast(service, await start(service, 'second'), 'idle: end_turn');
    expect(service.engine.processes.map(({ isStopped }) => isStopped)).toEqual([false, true, false]);
  });

  it('makes room for those that came before it waited', async () => {
    const service = openSessions({ maxLive: 1 });
    const turns: FakeTurn[] = [];
    service.engine.script = (turn) => {
      turns.push(turn);
      if (turn.text !== 'ask') turn.end();
    };
    const waiting = await start(service, 'ask');
    await poll(() => turns).toHaveLength(1);
    const other = await start(service, 'go');
    void turns[0]?.ask('call-1');
    await untilLast(service, other, 'idle: end_turn');
    expect((await eventsOf(service, waiting)).map(brief).at(-1)).toBe('idle: requires_action');
  });

  it('keeps its process where a question is denied after a time', async () => {
    const service = crowded({ askTimeoutMs: 200 });
    service.engine.script = async (turn) => {
      if (turn.text === 'ask') await turn.ask('call-1');
      turn.end();
    };
    const waiting = await start(service, 'ask');
    await untilLast(service, waiting, 'idle: requires_action');
    const other = await start(service, 'go');
    await untilLast(service, other, 'idle: end_turn');
    expect((await eventsOf(service, waiting)).map(brief).at(-1)).toBe('idle: end_turn');
    expect(service.engine.processes[0]?.decisions.size).toBe(1);
  });

  it('keeps its process while another of its calls runs', async () => {
    const service = openSessions({ maxLive: 1 });
    const { sessions, engine } = service;
    engine.script = (turn) => {
      if (turn.text === 'ask') for (const callId of ['call-1', 'call-2']) void turn.ask(callId);
      else turn.end();
    };
    const waiting = await start(service, 'ask');
    await poll(async () => (await eventsOf(service, waiting)).at(-1)).toMatchObject({
      stop_reason: { event_ids: [expect.any(String), expect.any(String)] },
    });
    await sessions.send(undefined, waiting, [allow(idOf(await eventsOf(service, waiting), 'agent.tool_use'))]);
    await engine.last.decision('call-1').promise;
    const other = await start(service, 'go');
    await poll(async () => (await sessions.get(undefined, other)).status).toBe('idle');
    expect(engine.processes[0]?.isStopped).toBe(false);
    // What runs has ended: now there is room.
    engine.processes[0]?.turns[0]?.endCall('call-1');
    await untilLast(service, other, 'idle: end_turn');
    expect(engine.processes[0]?.isStopped).toBe(true);
  });
});
