import { describe, expect, it } from 'vitest';
import { JobTable, type NewJob, type OpenJob } from '../../../src/feature/jobs/job-table.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';

export const request: NewJob = {
  ...{ id: 'job_1', owner: null, client: null, path: '/v1/messages', agent: null, machine: null, body: '{}' },
  ...{ model: null, created_at: 1000, gone_at: 9000, webhook: 'http://127.0.0.1/', metadata: '{}' },
};
const ofAgent: NewJob = { ...request, id: 'job_2', path: null, agent: 'tidy', machine: 'here', body: 'Sort.' };
const until = 5000;
const now = 2000;
const ending = { status: 'completed', outcome: { text: 'Hi' }, at: now } as const;
const page = { now, limit: 9 };
const everything = { requests: true, agentsOf: 'here' };

/** What holds in every kind of shared state, as two services see it. */
export function describeJobTable(openShared: () => Promise<OpenShared>): void {
  async function openTables() {
    const shared = await openShared();
    return { ...shared, one: new JobTable(shared.state), other: new JobTable(shared.again()) };
  }

  /** With a job that waits. */
  async function withJob(job = request) {
    const tables = await openTables();
    const { one } = tables;
    const seq = (await one.add(job, 9))?.seq ?? 0;
    const waiting: OpenJob = { seq, run_by: null, run_until: null };
    const claimed = (by: string): OpenJob => ({ seq, run_by: by, run_until: until });
    const claim = (table: JobTable, by: string, from = waiting) => table.claim(from, { by, at: 1500, until });
    return { ...tables, seq, claimed, claim, find: () => one.find(undefined, job.id, now) };
  }

  describe('a job', () => {
    it('is found and listed as it was added, by its owner alone', async () => {
      const { one, other } = await openTables();
      const ids = ['job_1', 'job_2', 'job_3'];
      for (const id of ids) await one.add({ ...request, id, owner: 'a', metadata: '{"night":"12"}' }, 9);
      expect(await other.find('a', 'job_1', now)).toEqual({
        ...request,
        ...{
          seq: expect.any(Number) as number,
          owner: 'a',
          metadata: '{"night":"12"}',
          status: 'queued',
          notice_tries: 0,
        },
        ...{ session_id: null, started_at: null, ended_at: null, run_by: null, run_until: null, outcome: null },
        notice_at: null,
      });
      for (const caller of [undefined, 'b']) expect(await other.find(caller, 'job_1', now)).toBeUndefined();
      const newest = { before: Number.MAX_SAFE_INTEGER, limit: 2, now };
      const [last, second] = await other.list('a', newest);
      expect([last?.id, second?.id]).toEqual(['job_3', 'job_2']);
      expect((await other.list('a', { ...newest, before: second?.seq ?? 0 })).map(({ id }) => id)).toEqual(['job_1']);
      expect(await other.list('b', newest)).toEqual([]);
      expect([await other.find('a', 'job_1', 9000), await other.list('a', { ...newest, now: 9000 })]).toEqual([
        undefined,
        [],
      ]);
    });

    it('is not added where its owner has too many, also when they come to two services at once', async () => {
      const { one, other, state } = await openTables();
      const add = (table: JobTable, id: number, owner: string | null) =>
        table.add({ ...request, id: `job_${id}`, owner }, 2);
      const six = [1, 2, 3, 4, 5, 6].map((id) => ({ id, table: id % 2 === 0 ? one : other }));
      // Once their connections are made, they come in the same moment.
      await Promise.all(six.map(({ table }) => table.find('a', 'job_1', now)));
      const added = await Promise.all(six.map(({ table, id }) => add(table, id, 'a')));
      expect(added.filter((row) => row !== undefined)).toHaveLength(2);
      expect(await add(one, 7, null)).toBeDefined();
      expect(await countRows({ state }, 'jobs')).toBe(3);
      const open = added.find((row) => row !== undefined)?.id ?? '';
      await other.stop('a', open, now);
      expect(await add(one, 8, 'a')).toBeDefined();
      expect(await add(one, 9, 'a')).toBeUndefined();
    });

    it('that two services see waiting is run by one of them', async () => {
      const { one, other, seq, claim } = await withJob();
      const seen = [{ seq, run_by: null, run_until: null }];
      expect([await one.open(everything, page), await other.open(everything, page)]).toEqual([seen, seen]);
      const claims = await Promise.all([claim(one, 'one'), claim(other, 'other'), claim(one, 'one')]);
      const won = claims.filter((row) => row !== undefined);
      expect(won).toMatchObject([{ status: 'running', run_until: until, started_at: 1500 }]);
      expect(await one.find(undefined, request.id, now)).toEqual(won[0]);
    });

    it('whose service is gone is taken over by one service, and what the other still says of it has no effect', async () => {
      const { one, other, seq, claim, claimed, find } = await withJob();
      await claim(one, 'one');
      expect(await claim(other, 'other', claimed('one'))).toMatchObject({ run_by: 'other' });
      expect(await claim(one, 'third', claimed('one'))).toBeUndefined();
      expect(await one.renew([seq], { by: 'one', until: 9999 })).toEqual([{ seq, isStopped: false }]);
      await one.release(seq, 'one');
      expect(await one.noteSession(seq, 'one', 'sesn_1')).toBe(false);
      expect(await one.end(seq, 'one', ending)).toBe(false);
      const running = { status: 'running', run_by: 'other', run_until: until, session_id: null, outcome: null };
      expect(await find()).toMatchObject(running);
      expect(await other.end(seq, 'other', ending)).toBe(true);
      const ended = { status: 'completed', run_by: null, outcome: '{"text":"Hi"}', ended_at: now, notice_at: now };
      expect(await find()).toMatchObject(ended);
      expect(await one.renew([seq], { by: 'one', until: 9999 })).toEqual([{ seq, isStopped: false }]);
    });

    it('is not taken from a service that has renewed its claim since that was looked at', async () => {
      const { one, other, seq, claim, claimed } = await withJob();
      await claim(one, 'one');
      expect(await one.renew([seq], { by: 'one', until: until + 1 })).toEqual([]);
      expect(await claim(other, 'other', claimed('one'))).toBeUndefined();
    });

    it('waits again when it is released', async () => {
      const { one, other, seq, claim } = await withJob();
      await claim(one, 'one');
      await one.release(seq, 'one');
      const [waiting] = await other.open(everything, page);
      expect(waiting).toMatchObject({ seq, run_by: null });
      expect(await claim(other, 'other', waiting)).toMatchObject({ run_by: 'other', started_at: 1500 });
    });

    it('ends once, whether it is stopped or answered first', async () => {
      const { one, other, seq, claim, claimed, find } = await withJob();
      await claim(one, 'one');
      expect(await other.stop('b', request.id, 1800)).toBeUndefined();
      expect(await other.stop(undefined, request.id, 1800)).toMatchObject({ status: 'stopped', ended_at: 1800 });
      expect(await one.renew([seq], { by: 'one', until: 9999 })).toEqual([{ seq, isStopped: true }]);
      expect(await one.end(seq, 'one', ending)).toBe(false);
      expect(await find()).toMatchObject({ status: 'stopped', outcome: null, ended_at: 1800, notice_at: 1800 });
      for (const from of [undefined, claimed('one')]) expect(await claim(other, 'other', from)).toBeUndefined();
      expect(await other.stop(undefined, request.id, 1900)).toMatchObject({ ended_at: 1800, notice_at: 1800 });
    });

    it('is deleted by its owner alone, also while it runs, of which its service hears', async () => {
      const { one, other, seq, claim, find } = await withJob();
      await claim(one, 'one');
      expect(await other.delete('b', request.id, now)).toBeUndefined();
      expect(await other.delete(undefined, request.id, now)).toBe(seq);
      expect(await one.renew([seq], { by: 'one', until: 9999 })).toEqual([{ seq, isStopped: true }]);
      expect(await one.end(seq, 'one', ending)).toBe(false);
      expect(await find()).toBeUndefined();
    });

    it('of an agent is run on its own machine alone', async () => {
      const { one, other, seq } = await withJob(ofAgent);
      const seen = async (machine: string) =>
        (await other.open({ requests: true, agentsOf: machine }, page)).map((job) => job.seq);
      expect([await seen('here'), await seen('elsewhere')]).toEqual([[seq], []]);
      expect(await one.open({ requests: true }, page)).toEqual([]);
    });

    it('of a request is left alone where there are agents alone', async () => {
      const { one } = await withJob();
      expect(await one.open({ requests: false, agentsOf: 'here' }, page)).toEqual([]);
    });

    it('that waits, or whose claim has run out, is seen in its turn; of many, those that run are left out first', async () => {
      const { one } = await openTables();
      const seqs: number[] = [];
      for (let count = 0; count < 4; count += 1) {
        seqs.push((await one.add({ ...request, id: `job_${count}` }, 9))?.seq ?? 0);
      }
      const [first = 0, second = 0] = seqs;
      const claim = (seq: number, end: number) =>
        one.claim({ seq, run_by: null, run_until: null }, { by: 'other', at: now, until: end });
      await claim(first, until);
      await claim(second, now);
      const seen = async (limit: number) => (await one.open(everything, { now, limit })).map(({ seq }) => seq);
      expect([await seen(9), await seen(3), await seen(1)]).toEqual([seqs, seqs.slice(1), [second]]);
    });
  });

  describe('the end of a job', () => {
    it('is told by one service at a time', async () => {
      const { one, other, seq, claim } = await withJob();
      await claim(one, 'one');
      await one.end(seq, 'one', ending);
      const [seen] = await one.toTell(now, 9);
      if (seen === undefined) throw new Error('nothing is to be told');
      expect(await other.toTell(now, 9)).toEqual([seen]);
      const claims = await Promise.all([one.claimNotice(seen, 3000), other.claimNotice(seen, 3000)]);
      expect(claims.toSorted()).toEqual([false, true]);
      expect(await other.toTell(2999, 9)).toEqual([]);
      // Whoever had it has not said that it was told.
      expect(await other.toTell(3000, 9)).toMatchObject([{ seq, notice_tries: 1 }]);
      await one.told(seq, null);
      expect(await other.toTell(9999, 9)).toEqual([]);
    });

    it('is told nobody where there is no webhook', async () => {
      const { one, seq, claim } = await withJob({ ...request, webhook: null });
      await claim(one, 'one');
      await one.end(seq, 'one', ending);
      expect(await one.toTell(9999, 9)).toEqual([]);
    });
  });

  describe('what is gone', () => {
    it('is deleted step by step, unless a service is at it', async () => {
      const { one, other, state } = await openTables();
      for (let count = 0; count < 5; count += 1) await one.add({ ...request, id: `job_${count}` }, 9);
      const [running, left] = await one.open(everything, page);
      if (running === undefined || left === undefined) throw new Error('nothing waits');
      await one.claim(running, { by: 'one', at: now, until: 99_999 });
      await one.claim(left, { by: 'one', at: now, until });
      expect(await other.prune(8999, 2)).toBe(false);
      expect([await other.prune(9000, 2), await other.prune(9000, 2), await other.prune(9000, 2)]).toEqual([
        true,
        true,
        false,
      ]);
      expect(await countRows({ state }, 'jobs')).toBe(1);
    });
  });
}
