import type { ClientBase } from 'pg';
import { pendingMigrations, versionOf } from './migrate.ts';
import { migrations } from './migrations.ts';
import { connect, openPool } from './pool.ts';
import { describeDatabaseError } from './postgres-errors.ts';

type Inspection =
  /** `server`: PostgreSQL's version. `version`: that of the tables, 0 where there are none yet. */
  | { state: 'usable'; server: string; version: number }
  /** `problem` has the place, what is wrong and what to do, without a full stop. */
  | { state: 'unusable'; problem: string };

/** Checks whether a database could be used now, without changing it. */
export async function inspectDatabase(url: string): Promise<Inspection> {
  const pool = await openPool(url);
  try {
    const client = await connect(pool);
    try {
      return await inspect(client);
    } finally {
      client.release(true);
    }
  } catch (error) {
    const problem = describeDatabaseError(url, error);
    if (problem === undefined) throw error;
    return { state: 'unusable', problem };
  } finally {
    await pool.end();
  }
}

async function inspect(client: ClientBase): Promise<Inspection> {
  await pendingMigrations(client, migrations);
  const version = await versionOf(client);
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  // A migration may need it, and a database that is read-only refuses it.
  await client.query('BEGIN');
  await client.query('CREATE TABLE claude_harness_check ()');
  await client.query('ROLLBACK');
  // What follows the number is how it was packaged.
  const [server = ''] = rows[0]?.server_version.split(' ') ?? [];
  return { state: 'usable', server, version };
}
