import { migrations } from '../../../src/state/postgres/migrations.ts';
import { openSqlite, type OpenShared } from '../../state/open-shared.ts';

/** SQLite in the place of the database, with PostgreSQL's table of sums in it. */
export async function openSums(): Promise<OpenShared> {
  const shared = await openSqlite();
  const tables = migrations.find((sql) => sql.includes('CREATE TABLE usage_sums')) ?? '';
  await shared.change(`DROP TABLE usage_sums; ${tables.replaceAll('COLLATE "C"', '')}`);
  return shared;
}
