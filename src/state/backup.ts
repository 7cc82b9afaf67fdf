import { chmodSync, existsSync } from 'node:fs';
import { openDatabase } from './database.ts';

/**
 * Writes the state file as it is at one moment to a new file, while services go on using it. Throws SQLite's errors, and
 * an error for people where there is no state file, or there is a file at `target`.
 */
export function backUpStateFile(path: string, target: string): void {
  if (!existsSync(path)) throw new Error(`There is no state file ${path}.`, { cause: 'missing' });
  const database = openDatabase(path, { keepSettings: true, waitMs: 10_000 });
  try {
    database.prepare('VACUUM INTO ?').run(target);
    chmodSync(target, 0o600);
  } finally {
    database.close();
  }
}
