import { inspectDatabase } from '../../state/postgres/inspect.ts';
import { placeOf } from '../../util/database-url.ts';
import { type Finding, ok, problem } from './finding.ts';

/** The database that machines share. */
export async function checkDatabase(url: string): Promise<Finding> {
  const found = await inspectDatabase(url);
  if (found.state === 'unusable') return problem(`database: ${found.problem}`);
  const { server, version } = found;
  const tables = version === 0 ? 'tables are created at the first start' : `version ${version}`;
  return ok(`database: ${placeOf(url)}, PostgreSQL ${server} (${tables})`);
}
