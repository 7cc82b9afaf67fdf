import { expect, it } from 'vitest';
import { JobTable } from '../../../src/feature/jobs/job-table.ts';
import { openSqlite } from '../../state/open-shared.ts';
import { describeJobTable } from './job-table-cases.ts';

describeJobTable(openSqlite);

it('a job of an agent that an earlier version has kept is the file’s own machine’s', async () => {
  const { state, change } = await openSqlite();
  await change(
    `INSERT INTO jobs (id, agent, body, status, created_at, gone_at, metadata) VALUES ('job_1', 'tidy', 'Sort.', 'queued', 1, 9, '{}')`,
  );
  expect(await new JobTable(state).open({ requests: true, agentsOf: 'here' }, { now: 2, limit: 9 })).toHaveLength(1);
});
