import { openDatabase } from './database.ts';
import { identityOf } from './disk-file.ts';
import { pendingMigrations, versionOf } from './migrate.ts';
import { migrations } from './migrations.ts';
import { describeStateFileError } from './sqlite-errors.ts';

type Inspection =
  | { state: 'absent' }
  | { state: 'usable'; version: number }
  /** `problem` has the path, what is wrong and what to do, without a full stop. */
  | { state: 'unusable'; problem: string };

/** Checks whether the state file could be read and written now, without changing it. */
export function inspectStateFile(path: string): Inspection {
  try {
    if (identityOf(path) === undefined) return { state: 'absent' };
    const database = openDatabase(path, { keepSettings: true });
    try {
      pendingMigrations(database, migrations);
      const version = versionOf(database);
      // A write that is rolled back: on a read-only file, beginning the transaction alone would succeed.
      database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${version}; ROLLBACK`);
      return { state: 'usable', version };
    } finally {
      database.close();
    }
  } catch (error) {
    const problem = describeStateFileError(path, error);
    if (problem === undefined) throw error;
    return { state: 'unusable', problem };
  }
}
