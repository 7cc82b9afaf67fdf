import { openDatabase } from './database.ts';
import { identityOf } from './disk-file.ts';
import { pendingMigrations, versionOf } from './migrate.ts';
import { migrations } from './migrations.ts';
import { describeTrouble } from './sqlite-errors.ts';

export type Inspection =
  | { state: 'absent' }
  | { state: 'usable'; version: number }
  /** The path, what is wrong and what to do, without a full stop. */
  | { state: 'unusable'; problem: string };

/** Looks whether the state file could be read and written now, and leaves it as it is. */
export function inspectStateFile(path: string): Inspection {
  try {
    if (identityOf(path) === undefined) return { state: 'absent' };
    const database = openDatabase(path, { asItIs: true });
    try {
      pendingMigrations(database, migrations);
      const version = versionOf(database);
      // A write that is taken back: where the file can only be read, beginning one alone succeeds.
      database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${version}; ROLLBACK`);
      return { state: 'usable', version };
    } finally {
      database.close();
    }
  } catch (error) {
    const problem = describeTrouble(path, error);
    if (problem === undefined) throw error;
    return { state: 'unusable', problem };
  }
}
