import type { StateDatabase } from './database.ts';

/** The file was written by a version of the harness that knows more than this one. */
export class NewerStateFile extends Error {
  constructor(found: number, known: number) {
    super(`the state file has version ${found}, and this harness knows ${known}`);
    this.name = 'NewerStateFile';
  }
}

/** Brings the file to the newest version, in one transaction; throws `NewerStateFile` when it is beyond that. */
export function migrate(database: StateDatabase, migrations: readonly string[]): void {
  // Without a transaction first, so that a current file opens while another program writes to it.
  if (pendingMigrations(database, migrations).length === 0) return;
  database
    .transaction(() => {
      // Asked again: another service may have been faster.
      for (const sql of pendingMigrations(database, migrations)) database.exec(sql);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

export function versionOf(database: StateDatabase): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** What is still to be run; throws `NewerStateFile`. */
export function pendingMigrations(database: StateDatabase, migrations: readonly string[]): readonly string[] {
  const version = versionOf(database);
  if (version > migrations.length) throw new NewerStateFile(version, migrations.length);
  return migrations.slice(version);
}
