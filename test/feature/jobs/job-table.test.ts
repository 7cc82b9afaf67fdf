import { expect, it } from 'vitest';
import { JobTable, type NewJob } from '../../../src/feature/jobs/job-table.ts';
import { openState } from '../../state/open-state.ts';

const job: NewJob = {
  ...{ id: 'job_1', owner: null, client: null, path: '/v1/messages', agent: null, body: '{}', model: null },
  ...{ created_at: 1000, gone_at: 9000, webhook: 'http://127.0.0.1/', metadata: '{}' },
};
const until = 5000;
const ending = { status: 'completed', outcome: { text: 'Hi' }, at: 2000 } as const;

/** A job in a file, as two services see it. */
function setup() {
  const { path } = openState();
  const [one, other] = [new JobTable(openState({ path }).file), new JobTable(openState({ path }).file)];
  const seq = one.add(job, 9)?.seq ?? 0;
  const claim = (table: JobTable, by: string, from: string | null = null) =>
    table.claim(seq, from, { by, at: 1500, until });
  return { one, other, seq, claim, find: () => one.find(undefined, job.id, 2000) };
}

it('a job that two services see waiting is run by the one that is quicker', () => {
  const { one, other, seq, claim } = setup();
  const kinds = { requests: true, agents: true };
  expect([one.open(kinds, 'one'), other.open(kinds, 'other')]).toMatchObject([[{ seq }], [{ seq }]]);
  expect(claim(one, 'one')).toMatchObject({ status: 'running', run_by: 'one', run_until: until, started_at: 1500 });
  expect(claim(other, 'other')).toBeUndefined();
});

it('a job whose service is gone is taken over by one service, and what the other still says of it has no effect', () => {
  const { one, other, seq, claim, find } = setup();
  claim(one, 'one');
  expect(claim(other, 'other', 'one')).toMatchObject({ run_by: 'other' });
  expect(claim(one, 'third', 'one')).toBeUndefined();
  expect(one.renew(seq, 'one', 9999)).toBe(false);
  one.release(seq, 'one');
  one.noteSession(seq, 'one', 'sesn_1');
  expect(one.end(seq, 'one', ending)).toBe(false);
  expect(find()).toMatchObject({
    status: 'running',
    run_by: 'other',
    run_until: until,
    session_id: null,
    outcome: null,
  });
  expect(other.end(seq, 'other', ending)).toBe(true);
  expect(find()).toMatchObject({ status: 'completed', run_by: null, outcome: '{"text":"Hi"}', ended_at: 2000 });
});

it('a job ends once, whether it is stopped or answered first', () => {
  const { one, other, seq, claim, find } = setup();
  claim(one, 'one');
  other.stop(seq, 1800);
  expect(one.renew(seq, 'one', 9999)).toBe(false);
  expect(one.end(seq, 'one', ending)).toBe(false);
  expect(find()).toMatchObject({ status: 'stopped', outcome: null, ended_at: 1800, notice_at: 1800 });
  expect(claim(other, 'other')).toBeUndefined();
  other.stop(seq, 1900);
  expect(find()).toMatchObject({ ended_at: 1800, notice_at: 1800 });
});

it('the end of a job is told by one service at a time', () => {
  const { one, other, seq, claim } = setup();
  claim(one, 'one');
  one.end(seq, 'one', ending);
  const [seen] = one.toTell(2000, 9);
  if (seen === undefined) throw new Error('nothing is to be told');
  expect(other.toTell(2000, 9)).toEqual([seen]);
  expect(one.claimNotice(seen, 3000)).toBe(true);
  expect(other.claimNotice(seen, 3000)).toBe(false);
  expect(other.toTell(2999, 9)).toEqual([]);
  // Whoever had it has not said that it was told.
  expect(other.toTell(3000, 9)).toMatchObject([{ seq, notice_tries: 1 }]);
  one.told(seq, null);
  expect(other.toTell(9999, 9)).toEqual([]);
});
