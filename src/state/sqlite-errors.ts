import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import { NewerStateFile } from './migrate.ts';

const notWritable =
  "it, its -wal and -shm beside it or their folder can't be written; give all to the user of the service, or set state.path";
// A unit sees the disk as it was when the unit started.
const readOnlyDisk = 'its disk is read-only; make it writable and restart the service, or set state.path';
const notOpened = 'see that it is a file, in a folder that the user of the service can write, or set state.path';
const full = 'its disk is full; make room there';
const locked = 'another program keeps it locked; end that program, or wait until it is done';
const failing = 'reading or writing it fails; look at its disk, and at the log of the system';
const unloadable =
  'the compiled part of the package @photostructure/sqlite does not fit this Node; install the packages anew';
const damaged = 'it is damaged; when the service next uses it, it is moved aside and a new one is made';

interface SqliteRemedy {
  /** SQLite's own sentence for the code: not every method of the package tells the code. */
  sentence: string;
  remedy: string;
}

/** Result codes of SQLite: what is wrong, and what to do. */
const sqliteRemedies: Readonly<Record<number, SqliteRemedy>> = {
  3: { sentence: 'access permission denied', remedy: notWritable },
  5: { sentence: 'database is locked', remedy: locked },
  6: { sentence: 'database table is locked', remedy: locked },
  8: { sentence: 'attempt to write a readonly database', remedy: notWritable },
  10: { sentence: 'disk I/O error', remedy: failing },
  11: { sentence: 'database disk image is malformed', remedy: damaged },
  13: { sentence: 'database or disk is full', remedy: full },
  14: { sentence: 'unable to open database file', remedy: notOpened },
  15: { sentence: 'locking protocol', remedy: locked },
  26: { sentence: 'file is not a database', remedy: damaged },
};

/** The same for errors of the system. */
const systemRemedies: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: readOnlyDisk,
  EEXIST: notOpened,
  ENOTDIR: notOpened,
  EIO: failing,
  ERR_DLOPEN_FAILED: unloadable,
};

/** The trouble with the file that an error tells of; undefined for an error that is not about the file. */
export function troubleOf(path: string, error: unknown): HarnessError | undefined {
  const description = describeTrouble(path, error);
  if (description === undefined) return undefined;
  return new HarnessError('INTERNAL', `The state file ${description}.`, { cause: error });
}

/** The same as the part of a sentence that begins with the path. */
export function describeTrouble(path: string, error: unknown): string | undefined {
  const known = remedyFor(error);
  const remedy = known === notWritable && isOnReadOnlyDisk(path) ? readOnlyDisk : known;
  return remedy === undefined ? undefined : `${path} can't be used: ${remedy}`;
}

/** SQLite says the same of a disk as of a mode. */
function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

export function isDamage(error: unknown): boolean {
  return remedyFor(error) === damaged;
}

function remedyFor(error: unknown): string | undefined {
  if (error instanceof NewerStateFile) {
    return 'a newer version of the harness has written it; update the harness, move the file away, or set state.path';
  }
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith('No native build was found')) return unloadable;
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code === 'ERR_SQLITE_ERROR' ? sqliteRemedyFor(error) : systemRemedies[error.code];
}

function sqliteRemedyFor(error: Error & { errcode?: unknown }): string | undefined {
  // The lowest byte is the code without its extension.
  if (typeof error.errcode === 'number') return sqliteRemedies[error.errcode & 0xff]?.remedy;
  return Object.values(sqliteRemedies).find(({ sentence }) => sentence === error.message)?.remedy;
}
