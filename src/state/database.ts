import { createRequire } from 'node:module';
import type * as Sqlite from '@photostructure/sqlite';

/** A connection to the state file. Its statements go with it: see `perDatabase`. */
export type StateDatabase = Sqlite.EnhancedDatabaseSync<Sqlite.DatabaseSyncInstance>;

/** The whole service waits that long for another program's lock, since SQLite is called without threads. */
const busyTimeoutMs = 250;

/** The write-ahead log is cut back to this after a large entry; SQLite would leave it as long as it ever was. */
const walBytes = 4 * 1024 ** 2;

/** Of pages that SQLite keeps in memory. What is read is one entry by its id; 2 MB, its default, would fill with old ones. */
const cacheKib = 256;

export interface OpenOptions {
  /** Run while the connection is new; what it throws closes it again. */
  prepare?: (database: StateDatabase) => void;
  /** Leave the settings of the file as they are. */
  asItIs?: boolean;
}

const require = createRequire(import.meta.url);

/** Loaded at the first use: where its compiled part does not fit, only what needs the state file fails. */
function sqlite(): typeof Sqlite {
  return require('@photostructure/sqlite') as typeof Sqlite;
}

/** Opens the file; throws what SQLite says. The caller closes. */
export function openDatabase(path: string, { prepare, asItIs = false }: OpenOptions = {}): StateDatabase {
  const { DatabaseSync, enhance } = sqlite();
  const database = enhance(new DatabaseSync(path, { timeout: busyTimeoutMs }));
  try {
    database.pragma(`cache_size = -${cacheKib}`);
    if (!asItIs) configure(database);
    prepare?.(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function configure(database: StateDatabase): void {
  // Only an empty file takes it; one with tables would want the write lock to say that nothing changes.
  if (database.pragma('page_count', { simple: true }) === 0) database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  database.pragma(`journal_size_limit = ${walBytes}`);
}

/**
 * Puts everything into the one file, and closes. Statements that were prepared keep the connection until they are
 * collected as garbage, so that a `-wal` and a `-shm` without anything in them stay until then.
 */
export function closeDatabase(database: StateDatabase): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // A file in trouble stays as it is; nothing that was written is lost by that.
  }
  database.close();
}

/** Makes something, such as prepared statements, once for each connection. */
export function perDatabase<T>(make: (database: StateDatabase) => T): (database: StateDatabase) => T {
  const made = new WeakMap<StateDatabase, { value: T }>();
  return (database) => {
    const known = made.get(database) ?? { value: make(database) };
    made.set(database, known);
    return known.value;
  };
}

/** Gives up to `pages` unused pages back to the disk; says whether more of them would follow. */
export function giveBackSpace(database: StateDatabase, pages: number): boolean {
  const before = unusedPages(database);
  // Not prepared: each step of this statement frees one page, and only `exec` takes all of them.
  database.exec(`PRAGMA incremental_vacuum(${pages})`);
  const after = unusedPages(database);
  // A file that was put together by another tool may not be able to shrink; its pages are used again.
  return after > 0 && after < before;
}

function unusedPages(database: StateDatabase): number {
  return database.pragma('freelist_count', { simple: true }) as number;
}
