import { createRequire } from 'node:module';
import type * as Sqlite from '@photostructure/sqlite';

/** A connection to the state file. Its statements go with it: see `perDatabase`. */
export type StateDatabase = Sqlite.EnhancedDatabaseSync<Sqlite.DatabaseSyncInstance>;

/** How long to wait for another program's lock. The whole service waits with it: SQLite runs in its thread. */
const busyTimeoutMs = 250;

/** The write-ahead log is truncated to this after a large entry; SQLite would leave it at its greatest length. */
const walBytes = 4 * 1024 ** 2;

/** The page cache. Reads fetch one entry by its id, so SQLite's default of 2 MB would only fill up with old entries. */
const cacheKib = 256;

interface OpenOptions {
  /** Runs on the new connection; if it throws, the connection is closed again. */
  prepare?: (database: StateDatabase) => void;
  /** Leave the settings of the file unchanged. */
  keepSettings?: boolean;
  /** How long to wait for another program's lock, in ms. */
  waitMs?: number;
}

const require = createRequire(import.meta.url);

/** Loaded at its first use: where its native module does not load, only what needs the state file fails. */
function sqlite(): typeof Sqlite {
  return require('@photostructure/sqlite') as typeof Sqlite;
}

/** Opens the file; throws SQLite's own errors. The caller closes the connection. */
export function openDatabase(
  path: string,
  { prepare, keepSettings = false, waitMs = busyTimeoutMs }: OpenOptions = {},
): StateDatabase {
  const { DatabaseSync, enhance } = sqlite();
  const database = enhance(new DatabaseSync(path, { timeout: waitMs }));
  try {
    database.pragma(`cache_size = -${cacheKib}`);
    if (!keepSettings) configure(database);
    prepare?.(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: StateDatabase): void {
  // Takes effect in an empty file only; in one with tables it would need the write lock and change nothing.
  if (database.pragma('page_count', { simple: true }) === 0) database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma(`journal_size_limit = ${walBytes}`);
}

/**
 * Moves everything into the main file, then closes it. Prepared statements hold the connection until they are garbage
 * collected, so an empty `-wal` and `-shm` may stay until then.
 */
export function closeDatabase(database: StateDatabase): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // A file that can't be used stays as it is; nothing that was committed is lost.
  }
  database.close();
}

/** Creates a value, such as prepared statements, once for each connection. */
export function memoizePerConnection<T>(create: (database: StateDatabase) => T): (database: StateDatabase) => T {
  const cache = new WeakMap<StateDatabase, { value: T }>();
  return (database) => {
    const entry = cache.get(database) ?? { value: create(database) };
    cache.set(database, entry);
    return entry.value;
  };
}

/** Returns up to `pages` unused pages to the file system; true while more can be returned. */
export function releaseUnusedPages(database: StateDatabase, pages: number): boolean {
  const before = unusedPages(database);
  // Not prepared: each step of this statement frees one page, and only `exec` runs all of them.
  database.exec(`PRAGMA incremental_vacuum(${pages})`);
  const after = unusedPages(database);
  // A file created by another tool may not be able to shrink; its unused pages are reused.
  return after > 0 && after < before;
}

function unusedPages(database: StateDatabase): number {
  return database.pragma('freelist_count', { simple: true }) as number;
}
