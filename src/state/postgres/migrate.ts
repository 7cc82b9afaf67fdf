import type { ClientBase } from 'pg';

/** A newer version of the harness has made the tables. */
export class NewerDatabaseError extends Error {
  constructor(found: number, known: number) {
    super(`the database has version ${found}; this harness supports versions up to ${known}`);
    this.name = 'NewerDatabaseError';
  }
}

/** Of this program's migrations, and of no other lock: any number that others hardly choose. */
const lockKey = 7_283_640_415_019_962n;

/**
 * Migrates the database to the newest version in one transaction. Services that start at the same time wait for each
 * other. Throws `NewerDatabaseError`. After an error the connection is of no use any more.
 */
export async function migrate(client: ClientBase, migrations: readonly string[]): Promise<void> {
  if ((await pendingMigrations(client, migrations)).length === 0) return;
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
  await client.query('CREATE TABLE IF NOT EXISTS claude_harness (version INTEGER NOT NULL)');
  // Checked again: another service may have migrated it meanwhile.
  for (const sql of await pendingMigrations(client, migrations)) await client.query(sql);
  await client.query('DELETE FROM claude_harness');
  await client.query('INSERT INTO claude_harness VALUES ($1)', [migrations.length]);
  await client.query('COMMIT');
}

/** 0 where there are no tables. */
export async function versionOf(client: ClientBase): Promise<number> {
  const { rows: found } = await client.query<{ name: string | null }>(`SELECT to_regclass('claude_harness') AS name`);
  if (found[0]?.name == null) return 0;
  const { rows } = await client.query<{ version: number }>('SELECT version FROM claude_harness');
  return rows[0]?.version ?? 0;
}

/** The migrations that the database still needs. Throws `NewerDatabaseError`. */
export async function pendingMigrations(client: ClientBase, migrations: readonly string[]): Promise<readonly string[]> {
  const version = await versionOf(client);
  if (version > migrations.length) throw new NewerDatabaseError(version, migrations.length);
  return migrations.slice(version);
}
