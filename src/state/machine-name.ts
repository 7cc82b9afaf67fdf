import { memoizePerConnection } from './database.ts';
import type { StateFile } from './state-file.ts';

const statement = memoizePerConnection((database) => database.prepare('SELECT name FROM machine').pluck());

/**
 * By which others that share a database know what is on this machine: 16 hex digits, made with its state file. Throws a
 * HarnessError (INTERNAL) when the file can't be used.
 */
export function machineName(file: StateFile): string {
  return file.read((database) => statement(database).get() as unknown as string);
}
