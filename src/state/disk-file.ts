import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** SQLite's own files beside the database. */
const companions = ['-wal', '-shm'];

/** Makes the file for this user alone, and its folder; SQLite gives the files beside it the same mode. */
export function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // Only a new file may be opened here: closing any descriptor of it drops the locks that this process holds on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Which file is at the path now; another one after it was moved, replaced or removed. */
export function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

/** Moves a damaged file and what belongs to it out of the way; gives its new path. `now` in ms since the epoch. */
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
