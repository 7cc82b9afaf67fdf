import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { JobTable } from '../../src/feature/jobs/job-table.ts';
import { describeJobTable, request } from '../feature/jobs/job-table-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describeJobTable(openPostgres);

it('a job that another machine is claiming in this moment is passed over, and nobody waits', async () => {
  const { url, state } = await openPostgres();
  const table = new JobTable(state);
  const { seq = 0 } = (await table.add(request, 9)) ?? {};
  const claim = () => table.claim({ seq, run_by: null, run_until: null }, { by: 'one', at: 1, until: 2 });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query('BEGIN');
  await other.query('UPDATE jobs SET run_by = $1', ['other']);
  expect(await claim()).toBeUndefined();
  await other.query('ROLLBACK');
  expect(await claim()).toMatchObject({ run_by: 'one' });
});
