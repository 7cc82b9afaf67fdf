import type { StateDatabase } from './database.ts';

/** A newer version of the harness has written the file. */
export class NewerStateFileError extends Error {
  constructor(found: number, known: number) {
    super(`the state file has version ${found}; this harness supports versions up to ${known}`);
    this.name = 'NewerStateFileError';
  }
}

/** Migrates the file to the newest version in one transaction. Throws `NewerStateFileError`. */
export function migrate(database: StateDatabase, migrations: readonly string[]): void {
  // Checked outside a transaction first, so that a current file opens while another program writes to it.
  if (pendingMigrations(database, migrations).length === 0) return;
  database
    .transaction(() => {
      // Checked again: another service may have migrated it meanwhile.
      for (const sql of pendingMigrations(database, migrations)) database.exec(sql);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

export function versionOf(database: StateDatabase): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** The migrations that the file still needs. Throws `NewerStateFileError`. */
export function pendingMigrations(database: StateDatabase, migrations: readonly string[]): readonly string[] {
  const version = versionOf(database);
  if (version > migrations.length) throw new NewerStateFileError(version, migrations.length);
  return migrations.slice(version);
}
