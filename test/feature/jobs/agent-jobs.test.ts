import { describe, expect, it } from 'vitest';
import type { JobDraft } from '../../../src/core/jobs.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { openSessions, profile } from '../sessions/open-sessions.ts';
import { openJobs, request, soon, type OpenOptions } from './open-jobs.ts';

const work: JobDraft = { work: { kind: 'agent', agent: profile.name, prompt: 'Sort.' }, metadata: {} };

function setup(options: OpenOptions = {}) {
  const service = openSessions();
  return { ...service, ...openJobs({ sessions: service.sessions, ...options }) };
}

const often = { busyMs: 5, restMs: 5 };
const claiming = /SET status = 'running'/;
const noting = /SET session_id/;

describe('a job of an agent', () => {
  it('is a session of its own, and has what the agent said last', async () => {
    const { jobs, until, sessions, engine } = setup();
    engine.script = (turn) => {
      turn.say('Let me see.');
      turn.say('Sorted.');
      turn.end();
    };
    const { id } = await jobs.create(undefined, undefined, work);
    const { sessionId = '', text } = await until(id, 'completed');
    expect(text).toBe('Sorted.');
    expect((await sessions.get(undefined, sessionId)).metadata).toEqual({ source: 'job', job_id: id });
  });

  it('that fails says why, and what to do', async () => {
    const { jobs, until, engine } = setup();
    engine.script = (turn) => {
      const error = new HarnessError('OVERLOADED', 'Busy.');
      turn.emit({ type: 'turn_ended', ending: { reason: 'failed', error } });
    };
    const { id } = await jobs.create(undefined, undefined, work);
    const { sessionId = '', error } = await until(id, 'failed');
    expect(error?.code).toBe('overloaded');
    expect(error?.message).toMatch(/^Busy\. Look at the events of the session/);
    expect(error?.message).toContain(sessionId);
  });

  it('waits while the agent asks', async () => {
    const { jobs, until, sessions, engine } = setup();
    engine.script = async (turn) => {
      const { allow } = await turn.ask('a');
      turn.say(allow ? 'Allowed.' : 'Denied.');
      turn.end();
    };
    const { id } = await jobs.create(undefined, undefined, work);
    await until(id, 'running');
    await expect.poll(async () => (await jobs.get(undefined, id)).sessionId, soon).toBeDefined();
    const { sessionId = '' } = await jobs.get(undefined, id);
    const query = { limit: 100, order: 'asc', created: {}, types: ['agent.tool_use'] } as const;
    await expect.poll(async () => (await sessions.events(undefined, sessionId, query)).data.length, soon).toBe(1);
    const [call] = (await sessions.events(undefined, sessionId, query)).data;
    expect((await jobs.get(undefined, id)).status).toBe('running');
    await sessions.send(undefined, sessionId, [
      { type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', result: 'allow' },
    ]);
    expect((await until(id, 'completed')).text).toBe('Allowed.');
  });

  it('is asked once: after the end of the service its session tells how it ended', async () => {
    const first = setup();
    const { jobs, until, serviceId, sessions, engine, state } = first;
    let turns = 0;
    engine.script = () => {
      turns += 1;
    };
    const { id } = await jobs.create(undefined, undefined, work);
    await until(id, 'running');
    await expect.poll(() => turns, soon).toBe(1);
    first.drain();
    // The session goes on and ends while nobody runs the job.
    const second = openJobs({ path: state.path, sessions, isGone: (other) => other === serviceId });
    await sessions.stop();
    const job = await second.until(id, 'failed');
    expect(job.error?.message).toContain('Look at the events of the session');
    expect(turns).toBe(1);
  });

  it('is not asked again by the service that takes it over while it works', async () => {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    const first = setup({ pace: often, beginWork: () => ({ signal: new AbortController().signal, end }) });
    const { jobs, until, serviceId, sessions, engine, state } = first;
    let turns = 0;
    const done = createDeferred<undefined>();
    engine.script = async (turn) => {
      turns += 1;
      await done.promise;
      turn.say('Sorted.');
      turn.end();
    };
    const { id } = await jobs.create(undefined, undefined, work);
    await expect.poll(() => turns, soon).toBe(1);
    first.drain();
    const isGone = (other: string) => other === serviceId;
    const second = openJobs({ path: state.path, sessions, isGone, serviceId: 'the second' });
    const runBy = () => state.file.read((file): unknown => file.prepare('SELECT run_by FROM jobs').pluck().get());
    await expect.poll(runBy, soon).toBe('the second');
    // The first, which is still there, hears of it, and leaves the session to the second.
    await expect.poll(() => isOver, soon).toBe(true);
    done.resolve(undefined);
    expect((await second.until(id, 'completed')).text).toBe('Sorted.');
    expect((await until(id, 'completed')).text).toBe('Sorted.');
    expect(turns).toBe(1);
  });

  it('stays on its machine, whose service is gone, while another machine runs requests', async () => {
    const killed = setup();
    const { jobs, until, serviceId, engine, state } = killed;
    let turns = 0;
    engine.script = () => {
      turns += 1;
    };
    const { id } = await jobs.create(undefined, undefined, work);
    await expect.poll(() => turns, soon).toBe(1);
    killed.drain();
    const { sessions, engine: engineElsewhere } = openSessions();
    engineElsewhere.script = engine.script;
    const isGone = (other: string) => other === serviceId;
    const elsewhere = openJobs({ path: state.path, sessions, machine: () => 'machine-2', isGone });
    const { id: later } = await elsewhere.jobs.create(undefined, undefined, request);
    await elsewhere.until(later, 'completed');
    expect(await elsewhere.jobs.get(undefined, id)).toMatchObject({ status: 'running', agent: profile.name });
    expect(turns).toBe(1);
    await until(id, 'running');
  });

  it('is asked when its session is surely noted, after an outage if need be', async () => {
    const { jobs, until, engine, held } = setup({ pace: often });
    let turns = 0;
    engine.script = (turn) => {
      turns += 1;
      turn.end();
    };
    const note = held.hold(noting);
    const { id } = await jobs.create(undefined, undefined, work);
    await note.made;
    held.isAway = true;
    note.release();
    const { uses } = held;
    await expect.poll(() => held.uses, soon).toBeGreaterThan(uses + 4);
    expect(turns).toBe(0);
    held.isAway = false;
    await until(id, 'completed');
    expect(turns).toBe(1);
  });

  it('is not asked by a service from which another has taken it over before', async () => {
    const first = setup();
    const { jobs, serviceId, sessions, engine, state, held } = first;
    let turns = 0;
    engine.script = (turn) => {
      turns += 1;
      turn.end();
    };
    const claim = held.hold(claiming);
    const { id } = await jobs.create(undefined, undefined, work);
    await claim.made;
    const second = openJobs({ path: state.path, sessions, isGone: (other) => other === serviceId });
    await second.until(id, 'completed');
    claim.release();
    const query = { limit: 9, order: 'asc', created: {}, includeArchived: false } as const;
    await expect.poll(async () => (await sessions.list(undefined, query)).data.length, soon).toBe(2);
    await first.stop();
    expect(turns).toBe(1);
  });

  it.each([
    ['in the service that runs it', 'same'],
    ['in a service that runs no agents', 'other'],
  ])('that is stopped %s is interrupted', async (_where, where) => {
    const service = setup();
    const { jobs, until, sessions, engine, state } = service;
    const { jobs: stopping } = where === 'same' ? service : openJobs({ path: state.path });
    engine.script = async (turn) => {
      await turn.broken.promise;
      turn.end();
    };
    const { id } = await jobs.create(undefined, undefined, work);
    await expect.poll(async () => (await jobs.get(undefined, id)).sessionId, soon).toBeDefined();
    const { sessionId = '' } = await jobs.get(undefined, id);
    await expect.poll(async () => (await sessions.get(undefined, sessionId)).status, soon).toBe('running');
    expect(await stopping.stop(undefined, id)).toMatchObject({ status: 'stopped' });
    const status = async () => (await sessions.get(undefined, sessionId)).status;
    await expect.poll(status, { timeout: 8000 }).toBe('idle');
    expect((await until(id, 'stopped')).text).toBeUndefined();
  });

  it('is not begun where there is no such agent', async () => {
    const unknown: JobDraft = { work: { kind: 'agent', agent: 'nobody', prompt: 'Sort.' }, metadata: {} };
    const { jobs } = setup();
    for (const { jobs: each } of [{ jobs }, openJobs()]) {
      const failure = { code: 'AGENT_NOT_FOUND', facts: { param: 'agent' } };
      await expect(each.create(undefined, undefined, unknown)).rejects.toMatchObject(failure);
    }
  });
});
