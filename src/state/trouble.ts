import { HarnessError } from '../core/errors.ts';
import { NewerStateFile } from './migrate.ts';

const notWritable =
  "it, its -wal and -shm beside it or their folder can't be written; give all to the user of the service, or set state.path";
const notOpened = 'see that it is a file, in a folder that the user of the service can write, or set state.path';
const full = 'its disk is full; make room there';
const locked = 'another program keeps it locked; end that program, or wait until it is done';
const failing = 'reading or writing it fails; look at its disk, and at the log of the system';
const unloadable = 'the compiled part of the package better-sqlite3 does not fit this Node; install the packages anew';
const damaged = 'it is damaged; when the service next uses it, it is moved aside and a new one is made';

/** Result codes of SQLite without their extension, and of the system: what is wrong, and what to do. */
const remedies: Readonly<Record<string, string>> = {
  SQLITE_BUSY: locked,
  SQLITE_LOCKED: locked,
  SQLITE_PROTOCOL: locked,
  SQLITE_FULL: full,
  ENOSPC: full,
  EDQUOT: full,
  SQLITE_READONLY: notWritable,
  SQLITE_PERM: notWritable,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  SQLITE_CANTOPEN: notOpened,
  EEXIST: notOpened,
  ENOTDIR: notOpened,
  SQLITE_IOERR: failing,
  EIO: failing,
  ERR_DLOPEN_FAILED: unloadable,
  SQLITE_CORRUPT: damaged,
  SQLITE_NOTADB: damaged,
};

/** The trouble with the file that an error tells of; undefined for an error that is not about the file. */
export function troubleOf(path: string, error: unknown): HarnessError | undefined {
  const description = describeTrouble(path, error);
  if (description === undefined) return undefined;
  return new HarnessError('INTERNAL', `The state file ${description}.`, { cause: error });
}

/** The same as the part of a sentence that begins with the path. */
export function describeTrouble(path: string, error: unknown): string | undefined {
  const remedy = remedyFor(error);
  return remedy === undefined ? undefined : `${path} can't be used: ${remedy}`;
}

export function isDamage(error: unknown): boolean {
  return remedyFor(error) === damaged;
}

function remedyFor(error: unknown): string | undefined {
  if (error instanceof NewerStateFile) {
    return 'a newer version of the harness has written it; update the harness, move the file away, or set state.path';
  }
  // Thrown where nothing compiled is found, with the places that were tried.
  if (error instanceof Error && 'tries' in error) return unloadable;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return remedies[error.code.replace(/^(SQLITE_[A-Z]+)_.*$/, '$1')];
}
