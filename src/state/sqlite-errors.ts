import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import { NewerStateFileError } from './migrate.ts';

const notWritable =
  "the file, its -wal and -shm or their folder can't be written; make the service's user their owner, or set state.path";
// A unit keeps the mount as it was when the unit started.
const readOnlyDisk = 'its disk is read-only; make it writable and restart the service, or set state.path';
const notOpened = "make sure that it is a file in a folder that the service's user can write to, or set state.path";
const full = 'its disk is full; free some space';
const locked = 'another program holds a lock on it; end that program, or wait until it is done';
const failing = 'reading or writing it fails; check its disk and the system log';
const unloadable =
  'the native module of the package @photostructure/sqlite does not load on this Node; reinstall the packages';
const damaged = 'it is damaged; at its next use the service moves it aside and creates a new one';

interface SqliteRemedy {
  /** SQLite's own sentence for the code: not every method of the package reports the code. */
  sentence: string;
  remedy: string;
}

/** SQLite's result codes: what is wrong, and what to do. */
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

/** The same for the codes of failed system calls. */
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

/** The error to report for one that concerns the file; undefined for any other. */
export function toStateFileError(path: string, error: unknown): HarnessError | undefined {
  const description = describeStateFileError(path, error);
  if (description === undefined) return undefined;
  return new HarnessError('INTERNAL', `The state file ${description}.`, { cause: error });
}

/** The same as a clause that begins with the path, without a full stop. */
export function describeStateFileError(path: string, error: unknown): string | undefined {
  const known = remedyFor(error);
  const remedy = known === notWritable && isOnReadOnlyDisk(path) ? readOnlyDisk : known;
  return remedy === undefined ? undefined : `${path} can't be used: ${remedy}`;
}

/** SQLite reports a read-only disk and a read-only file alike. */
function isOnReadOnlyDisk(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Whether another connection has the lock that was asked for. */
export function isLocked(error: unknown): boolean {
  return remedyFor(error) === locked;
}

export function isDamage(error: unknown): boolean {
  return remedyFor(error) === damaged;
}

function remedyFor(error: unknown): string | undefined {
  if (error instanceof NewerStateFileError) {
    return 'a newer version of the harness has written it; update the harness, move the file away, or set state.path';
  }
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith('No native build was found')) return unloadable;
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code === 'ERR_SQLITE_ERROR' ? sqliteRemedyFor(error) : systemRemedies[error.code];
}

function sqliteRemedyFor(error: Error & { errcode?: unknown }): string | undefined {
  // The lowest byte of an extended code is the primary code.
  if (typeof error.errcode === 'number') return sqliteRemedies[error.errcode & 0xff]?.remedy;
  return Object.values(sqliteRemedies).find(({ sentence }) => sentence === error.message)?.remedy;
}
