import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** SQLite's own files beside the database. */
const companions = ['-wal', '-shm'];

/** Creates the file and its folder for this user alone; SQLite gives the files beside it the same mode. */
export function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // Open a new file only: closing any descriptor of an existing one drops the locks that this process holds on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Identifies the file at the path; changes when the file is moved, replaced or removed. */
export function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

/** Moves a damaged file and its companions aside; returns its new path. `now` in ms since the epoch. */
export function moveAside(path: string, now: number): string {
  const date = new Date(now).toISOString().replaceAll(':', '-');
  const aside = freeName(`${path}.damaged-${date}`);
  renameSync(path, aside);
  for (const suffix of companions) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function freeName(path: string, attempt = 1): string {
  const name = attempt === 1 ? path : `${path}-${attempt}`;
  return existsSync(name) ? freeName(path, attempt + 1) : name;
}
