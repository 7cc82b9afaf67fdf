import { closeSync, existsSync, openSync } from 'node:fs';
import { openDatabase, type StateDatabase } from './database.ts';
import { isLocked } from './sqlite-errors.ts';

export interface ProcessLock {
  /** Lets go of it; the file stays. */
  release: () => void;
}

/**
 * Creates a file and locks it until that is released, or this process ends, in whatever way: the system sees to that.
 * Undefined where somebody took it for a dead process's and removed it before it was locked.
 */
export function createLock(path: string): ProcessLock | undefined {
  closeSync(openSync(path, 'wx', 0o600));
  const lock = takeLock(path);
  if (lock === undefined || existsSync(path)) return lock;
  lock.release();
  return undefined;
}

/** Locks an existing file; undefined while a process has it, this one included, and where there is none. */
export function takeLock(path: string): ProcessLock | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const database = openDatabase(path, { prepare: lock, keepSettings: true, waitMs: 0 });
    return {
      release: () => {
        // What was prepared holds the connection, and its lock, until it is garbage collected.
        database.exec('ROLLBACK');
        database.close();
      },
    };
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error;
  }
}

/** The file stays empty. SQLite's locks are the operating system's. */
function lock(database: StateDatabase): void {
  // Without a file for it.
  database.pragma('journal_mode = MEMORY');
  database.exec('BEGIN EXCLUSIVE');
}
