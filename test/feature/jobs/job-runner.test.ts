import { describe, expect, it } from 'vitest';
import type { JobReply } from '../../../src/feature/jobs/job-context.ts';
import type { JobRow } from '../../../src/feature/jobs/job-row.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { hanging, openJobs, reply, request, soon, type OpenJobs } from './open-jobs.ts';

/** Only what wakes a service lets it look. */
const whenWoken = { busyMs: 3_600_000, restMs: 3_600_000 };
const often = { busyMs: 5, restMs: 5 };
const claiming = /SET status = 'running'/;
const looking = /^SELECT seq, run_by, run_until/;
const minuteMs = 60_000;

/** A job that waits, in the file of a service that begins none. */
async function withWaitingJob() {
  const service = openJobs();
  service.drain();
  const { id } = await service.jobs.create(undefined, undefined, request);
  return { id, path: service.state.path };
}

function rowOf({ state }: OpenJobs, id: string): JobRow {
  return state.file.read((file) => file.prepare('SELECT * FROM jobs WHERE id = ?').get(id) as unknown as JobRow);
}

/** Settles when a service has looked since now. */
async function looks({ held }: OpenJobs): Promise<void> {
  const before = held.uses;
  // A look of one that runs something is two uses.
  await expect.poll(() => held.uses, soon).toBeGreaterThan(before + 4);
}

/** An answer that comes when the test says so. */
function answering(text: string) {
  const answered = createDeferred<JobReply>();
  return {
    answer: () => answered.promise,
    come: () => {
      answered.resolve({ ...reply, body: { text } });
    },
  };
}

describe('a service', () => {
  it('that is woken while it looks looks again', async () => {
    const service = openJobs({ pace: whenWoken });
    const look = service.held.hold(looking);
    await look.made;
    const { id } = await service.jobs.create(undefined, undefined, request);
    look.release();
    await service.until(id, 'completed');
  });

  it('that is told to begin no more while it claims a job lets it wait again', async () => {
    const { id, path } = await withWaitingJob();
    const service = openJobs({ path, pace: whenWoken });
    const claim = service.held.hold(claiming);
    await claim.made;
    expect(rowOf(service, id).status).toBe('running');
    service.drain();
    claim.release();
    await service.until(id, 'queued');
    expect(service.asked).toEqual([]);
  });

  it('does not go on with a job that was stopped while it claimed it', async () => {
    const { id, path } = await withWaitingJob();
    const signals: AbortSignal[] = [];
    const service = openJobs({
      ...{ path, pace: whenWoken },
      answer: (question, signal) => {
        signals.push(signal);
        return hanging(question, signal);
      },
    });
    const claim = service.held.hold(claiming);
    await claim.made;
    await service.jobs.stop(undefined, id);
    claim.release();
    await expect.poll(() => signals.map(({ aborted }) => aborted), soon).toEqual([true]);
    expect(rowOf(service, id)).toMatchObject({ status: 'stopped', outcome: null });
  });

  it('runs what it has claimed without hearing of it', async () => {
    const { id, path } = await withWaitingJob();
    const service = openJobs({ path, pace: often });
    const claim = service.held.hold(claiming);
    await claim.made;
    service.held.isAway = true;
    claim.release();
    await looks(service);
    service.held.isAway = false;
    await service.until(id, 'completed');
    expect(service.asked).toHaveLength(1);
  });

  it('keeps its claim on what runs after it was told to begin no more', async () => {
    const service = openJobs({ answer: hanging, pace: often });
    const { id } = await service.jobs.create(undefined, undefined, request);
    const { startedAt = 0 } = await service.until(id, 'running');
    service.drain();
    service.state.clock.now += minuteMs;
    await expect.poll(() => rowOf(service, id).run_until, soon).toBeGreaterThan(startedAt + minuteMs);
  });

  it('takes a job for another one that has the number of a deleted one, whose turn is not over yet', async () => {
    const [first, second] = [answering('first'), answering('second')];
    const answers = [first, second];
    const service = openJobs({ answer: () => answers.shift()?.answer() ?? Promise.resolve(reply), pace: often });
    const deleted = await service.jobs.create(undefined, undefined, request);
    await service.until(deleted.id, 'running');
    const { seq } = rowOf(service, deleted.id);
    await service.jobs.delete(undefined, deleted.id);
    const { id } = await service.jobs.create(undefined, undefined, request);
    expect(rowOf(service, id).seq).toBe(seq);
    await looks(service);
    first.come();
    await service.until(id, 'running');
    second.come();
    expect((await service.until(id, 'completed')).response?.body).toEqual({ text: 'second' });
    expect(service.asked.map(({ batch }) => batch)).toEqual([deleted.id, id]);
  });
});

describe('an outage', () => {
  /** A job that the first of two services runs, neither of which can tell whether the other is gone. */
  async function setup() {
    const answer = answering('of the first');
    const options = { pace: often, keepMs: 60 * minuteMs };
    const first = openJobs({ ...options, answer: answer.answer });
    const { id } = await first.jobs.create(undefined, undefined, request);
    await first.until(id, 'running');
    const other = openJobs({ ...options, path: first.state.path, answer: hanging });
    await looks(other);
    const services = [first, other];
    return {
      ...{ first, other, id, come: answer.come },
      setAway: (isAway: boolean, ...which: OpenJobs[]) => {
        for (const { held } of which) held.isAway = isAway;
      },
      pass: (ms: number) => {
        for (const { state } of services) state.clock.now += ms;
      },
    };
  }

  it('in which its claim has run out costs a service no job: it renews it when the database is back', async () => {
    const { first, other, id, come, setAway, pass } = await setup();
    setAway(true, first, other);
    await looks(other);
    pass(2 * minuteMs);
    await looks(other);
    setAway(false, other);
    await looks(other);
    expect(rowOf(first, id).run_by).toBe(first.serviceId);
    setAway(false, first);
    await looks(first);
    pass(minuteMs / 2);
    await looks(other);
    come();
    const { response } = await first.until(id, 'completed');
    expect([response?.body, other.asked]).toEqual([{ text: 'of the first' }, []]);
  });

  it('makes a service wait anew for another that had not renewed its claim before', async () => {
    const { first, other, id, come, setAway, pass } = await setup();
    setAway(true, first);
    pass(minuteMs);
    await looks(other);
    setAway(true, other);
    pass(minuteMs);
    await looks(other);
    setAway(false, other);
    await looks(other);
    expect(rowOf(first, id).run_by).toBe(first.serviceId);
    come();
  });

  it('of one service alone loses it the job to another, and its answer, which comes later, is not kept', async () => {
    const { first, other, id, come, setAway, pass } = await setup();
    setAway(true, first);
    pass(minuteMs);
    await looks(other);
    expect(other.asked).toEqual([]);
    pass(minuteMs / 2);
    await expect.poll(() => other.asked.length, soon).toBe(1);
    come();
    setAway(false, first);
    await looks(first);
    expect(rowOf(first, id)).toMatchObject({ status: 'running', run_by: other.serviceId, outcome: null });
    await first.stop();
    expect(rowOf(other, id)).toMatchObject({ status: 'running', run_by: other.serviceId });
  });

  it('delays the end of a job, which is then kept, and is logged once', async () => {
    const { first, id, come, setAway } = await setup();
    setAway(true, first);
    come();
    await expect.poll(() => warnings(first).length, soon).toBe(1);
    await looks(first);
    setAway(false, first);
    expect((await first.until(id, 'completed')).response?.body).toEqual({ text: 'of the first' });
    expect(first.asked).toHaveLength(1);
    expect(warnings(first)).toEqual(['what has become of a job could not be kept; it is tried again']);
  });

  it('is told to whoever creates, reads, stops or deletes one', async () => {
    const { jobs, held } = openJobs();
    held.isAway = true;
    const error = expect.objectContaining({ code: 'INTERNAL' }) as unknown;
    for (const work of [
      jobs.create(undefined, undefined, request),
      jobs.get(undefined, 'job_1'),
      jobs.list(undefined, { limit: 5 }),
      jobs.stop(undefined, 'job_1'),
      jobs.delete(undefined, 'job_1'),
    ]) {
      await expect(work).rejects.toEqual(error);
    }
  });

  function warnings({ state }: OpenJobs): string[] {
    return state.log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
  }
});
