import { describe, expect, it } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import type { FakeTurn } from '../../support/agents/fake-engine.ts';
import {
  draft,
  openSessions,
  poll,
  profile,
  untilLast,
  user,
  type OpenOptions,
  type OpenSessions,
} from './open-sessions.ts';

const open = (options: OpenOptions = {}): OpenSessions => openSessions({ warm: {}, ...options });

const prompted: AgentProfile = { ...profile, system: { text: 'Be kind.', mode: 'append' } };

async function create({ sessions }: OpenSessions, changes: Parameters<typeof draft>[0] = {}): Promise<string> {
  return (await sessions.create(undefined, draft(changes))).id;
}

/** Runs a turn to its end; gives the process that served it. */
async function turn(service: OpenSessions, id: string, text: string) {
  await service.sessions.send(undefined, id, [user(text)]);
  await poll(() => service.engine.texts).toContain(text);
  await untilLast(service, id, 'idle: end_turn');
  return service.engine.processes.find(({ turns }) => turns.some((each) => each.text === text));
}

/** A service, and the process that waits in it. */
async function withWaiting(options: OpenOptions = {}) {
  const service = open(options);
  const id = await create(service);
  await poll(() => service.engine.processes.length).toBe(1);
  return { service, id, waiting: service.engine.last };
}

describe('a process that waits for a session', () => {
  it('is started when a session is created, serves its first turn under its own transcript, and is replaced', async () => {
    const { service, id, waiting } = await withWaiting();
    expect(waiting.turns).toEqual([]);
    expect(await turn(service, id, 'one')).toBe(waiting);
    await poll(() => service.engine.live.length).toBe(2);
    expect(service.engine.last.options.transcript).not.toBe(waiting.options.transcript);
    await waiting.stop();
    const resumed = await turn(service, id, 'two');
    expect(resumed?.options).toMatchObject({ resume: true, transcript: waiting.options.transcript });
  });

  it('is not started by an idle house', async () => {
    const service = open();
    await service.sessions.recover();
    await service.sessions.agents(undefined);
    expect(service.engine.processes).toEqual([]);
  });

  it('is one for all sessions that have been created', async () => {
    const { service } = await withWaiting();
    for (let count = 0; count < 20; count += 1) await create(service);
    expect(service.engine.processes).toHaveLength(1);
  });

  it('serves one session ever', async () => {
    const { service } = await withWaiting();
    const ids = await Promise.all(Array.from({ length: 4 }, () => create(service)));
    await Promise.all(ids.map((id) => turn(service, id, `of ${id}`)));
    const serving = service.engine.processes.filter(({ turns }) => turns.length > 0);
    expect(serving).toHaveLength(4);
    expect(new Set(serving.map(({ options }) => options.transcript)).size).toBe(4);
    for (const { turns } of serving) expect(turns).toHaveLength(1);
  });

  it.each([
    ['a model of its own', { overrides: { model: 'claude-haiku-4-5' } }],
    ['a system prompt of its own', { overrides: { system: 'Be brief.' } }],
    ['no system prompt', { overrides: { system: null } }, prompted],
    ['fewer tools', { overrides: { tools: [{ tool: 'read' as const }] } }],
    [
      'stricter permissions',
      { overrides: { tools: profile.tools.map((tool) => ({ tool, policy: 'deny' as const })) } },
    ],
    ['tools of the client', { overrides: { customTools: [{ name: 'lookup', description: '', inputSchema: {} }] } }],
    ['a limit of its own', { maxCostUsd: 1 }],
  ])('does not serve a session with %s', async (_what, changes, configured: AgentProfile = profile) => {
    const { service, waiting } = await withWaiting({ profiles: [configured] });
    const served = await turn(service, await create(service, changes), 'mine');
    expect(served).toBeDefined();
    expect(served).not.toBe(waiting);
    expect(waiting.turns).toEqual([]);
    // It goes on waiting for one that it suits.
    expect(waiting.isStopped).toBe(false);
  });

  it('does not serve a session that has been sent a system message, or was narrowed since it was created', async () => {
    const { service, waiting } = await withWaiting();
    const told = await create(service);
    await service.sessions.send(undefined, told, [
      { type: 'system.message', content: [{ type: 'text', text: 'Note.' }] },
    ]);
    await turn(service, told, 'with a note');
    const narrowed = await create(service);
    await service.sessions.update(undefined, narrowed, { overrides: { tools: [{ tool: 'read' }] } });
    const served = await turn(service, narrowed, 'narrowed');
    expect(served?.options.profile.tools).toEqual(['read']);
    expect(waiting.turns).toEqual([]);
  });

  it('does not serve another agent', async () => {
    const other = { ...profile, name: 'other' };
    const { service, waiting } = await withWaiting({ profiles: [profile, other] });
    const served = await turn(service, await create(service, { agent: 'other' }), 'other');
    expect(served?.options.profile.name).toBe('other');
    expect(waiting.turns).toEqual([]);
  });

  it('does not serve when what it was started with has changed since', async () => {
    const { service, id, waiting } = await withWaiting();
    waiting.isUpToDate = false;
    expect(await turn(service, id, 'one')).not.toBe(waiting);
    expect(waiting.isStopped).toBe(true);
  });

  it('is used while it is still being started', async () => {
    const service = open();
    const up = createDeferred<undefined>();
    service.engine.beforeOpen = () => up.promise.then(() => undefined);
    const id = await create(service, { events: [user('at once')] });
    up.resolve(undefined);
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.processes[0]?.turns.map(({ text }) => text)).toEqual(['at once']);
  });

  it('fails the turn that has it where it does not start, and the session goes on with another', async () => {
    const service = open();
    const start = createDeferred<never>();
    service.engine.beforeOpen = () => start.promise;
    const id = await create(service, { events: [user('one')] });
    await poll(async () => (await service.sessions.get(undefined, id)).status).toBe('running');
    service.engine.beforeOpen = () => Promise.resolve();
    start.reject(new HarnessError('CLI_FAILED', 'It does not start.'));
    await untilLast(service, id, 'idle: retries_exhausted');
    expect(await turn(service, id, 'two')).toBeDefined();
  });
});

describe('how long one waits', () => {
  it('is until its agent was not used for as long as a process is kept', async () => {
    const { service, waiting } = await withWaiting({ idleAfterMs: 30 });
    await poll(() => waiting.isStopped).toBe(true);
    expect(service.engine.live).toEqual([]);
    expect(service.engine.processes).toHaveLength(1);
  });

  it('is for good where it always does; one that is too old is replaced', async () => {
    const service = open({ warm: { coder: 'always' }, idleAfterMs: 1, maxAgeMs: 20 });
    await service.sessions.recover();
    await poll(() => service.engine.processes.length).toBeGreaterThan(2);
    await poll(() => service.engine.live.length).toBe(1);
    expect(service.engine.processes[0]?.isStopped).toBe(true);
  });

  it('is not at all where it never does, or the engine does not let it', async () => {
    for (const service of [open({ warm: { coder: 'never' } }), open()]) {
      service.engine.lets = () => false;
      const id = await create(service);
      expect(service.engine.processes).toEqual([]);
      await turn(service, id, 'one');
      expect(service.engine.processes).toHaveLength(1);
    }
  });

  it('is no longer than it lives: it is replaced, but not in a circle', async () => {
    const { service, waiting } = await withWaiting();
    let starts = 0;
    service.engine.beforeOpen = () => {
      starts += 1;
      return Promise.reject(new HarnessError('CLI_FAILED', 'It does not start.'));
    };
    waiting.die();
    await poll(() => starts).toBe(1);
    for (let count = 0; count < 10; count += 1) await create(service);
    expect(starts).toBe(1);
    expect(service.state.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
  });

  it('is until the service stops, also while it is being started', async () => {
    const service = open();
    service.engine.beforeOpen = () => new Promise(() => undefined);
    await create(service);
    await service.sessions.stop();
    expect(service.engine.processes).toEqual([]);
    const { service: another, waiting } = await withWaiting();
    await another.sessions.stop();
    expect(waiting.isStopped).toBe(true);
  });
});

describe('places for processes', () => {
  /** Turns end when they are told to. */
  function manual(service: OpenSessions) {
    const turns = new Map<string, FakeTurn>();
    service.engine.script = (turn) => void turns.set(turn.text, turn);
    return turns;
  }

  it('are taken by those that wait only while nobody needs them', async () => {
    const { service, waiting } = await withWaiting({ maxLive: 1 });
    const id = await create(service, { overrides: { model: 'claude-haiku-4-5' }, events: [user('mine')] });
    await untilLast(service, id, 'idle: end_turn');
    expect(waiting.isStopped).toBe(true);
    expect(service.engine.live).toHaveLength(1);
  });

  it('are never more than there may be', async () => {
    const service = open({ maxLive: 2 });
    const turns = manual(service);
    let most = 0;
    service.engine.beforeOpen = () => {
      most = Math.max(most, service.engine.live.length + 1);
      return Promise.resolve();
    };
    for (const text of ['a', 'b', 'c', 'd']) await create(service, { events: [user(text)] });
    for (const text of ['a', 'b', 'c', 'd']) {
      await poll(() => turns.has(text)).toBe(true);
      turns.get(text)?.say('done');
      turns.get(text)?.end();
    }
    await poll(() => service.engine.live.length).toBe(2);
    expect(most).toBe(2);
  });

  it('are filled again once the model has begun to answer, not before', async () => {
    const { service, id } = await withWaiting();
    const turns = manual(service);
    await service.sessions.send(undefined, id, [user('one')]);
    await poll(() => turns.has('one')).toBe(true);
    turns.get('one')?.emit({ type: 'request_started' });
    await poll(async () => (await service.sessions.get(undefined, id)).status).toBe('running');
    expect(service.engine.processes).toHaveLength(1);
    turns.get('one')?.say('Hello.');
    await poll(() => service.engine.processes.length).toBe(2);
    turns.get('one')?.end();
  });
});
