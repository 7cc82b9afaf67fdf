import { describe, expect, it } from 'vitest';
import type { JobDraft } from '../../../src/core/jobs.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { openSessions, profile } from '../sessions/open-sessions.ts';
import { openJobs } from './open-jobs.ts';

const work: JobDraft = { work: { kind: 'agent', agent: profile.name, prompt: 'Sort.' }, metadata: {} };

function setup() {
  const service = openSessions();
  return { ...service, ...openJobs({ sessions: service.sessions }) };
}

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
    await expect.poll(async () => (await jobs.get(undefined, id)).sessionId).toBeDefined();
    const { sessionId = '' } = await jobs.get(undefined, id);
    const query = { limit: 100, order: 'asc', created: {}, types: ['agent.tool_use'] } as const;
    await expect.poll(async () => (await sessions.events(undefined, sessionId, query)).data.length).toBe(1);
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
    await expect.poll(() => turns).toBe(1);
    first.drain();
    // The session goes on and ends while nobody runs the job.
    const second = openJobs({ path: state.path, sessions, isGone: (other) => other === serviceId });
    await sessions.stop();
    const job = await second.until(id, 'failed');
    expect(job.error?.message).toContain('Look at the events of the session');
    expect(turns).toBe(1);
  });

  it('is not asked again by the service that takes it over while it works', async () => {
    const first = setup();
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
    await expect.poll(() => turns).toBe(1);
    first.drain();
    const isGone = (other: string) => other === serviceId;
    const second = openJobs({ path: state.path, sessions, isGone, serviceId: 'the second' });
    const runBy = () => state.file.read((file): unknown => file.prepare('SELECT run_by FROM jobs').pluck().get());
    await expect.poll(runBy).toBe('the second');
    done.resolve(undefined);
    expect((await second.until(id, 'completed')).text).toBe('Sorted.');
    expect((await until(id, 'completed')).text).toBe('Sorted.');
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
    await expect.poll(async () => (await jobs.get(undefined, id)).sessionId).toBeDefined();
    const { sessionId = '' } = await jobs.get(undefined, id);
    await expect.poll(async () => (await sessions.get(undefined, sessionId)).status).toBe('running');
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
