import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { explainErrors } from './file-errors.ts';
import type { RouterFile } from './read-file.ts';

const byteOrderMark = '\uFEFF';

/**
 * Replaces the file atomically, so that a router reads either the old file or the new one: a new file beside it, with
 * the same mode and owner, is renamed over it. The old content is kept in `FILE.bak-` and the time, whose path is
 * returned. Throws an `Error` that says what to do, and then changes nothing.
 */
export function replaceRouterFile(file: RouterFile, text: string, now: Date): string {
  return explainErrors(file.shown, () => {
    const stats = statSync(file.path);
    requireWritable(file.path, stats);
    const written: string[] = [];
    try {
      const fresh = join(dirname(file.path), `.${basename(file.path)}.${randomBytes(6).toString('hex')}.tmp`);
      const mark = file.content.toString('utf8', 0, 3) === byteOrderMark ? byteOrderMark : '';
      writeLike(fresh, Buffer.from(mark + text, 'utf8'), stats, written);
      const backup = unusedName(`${file.path}.bak-${stamp(now)}`);
      writeLike(backup, file.content, stats, written);
      if (!readFileSync(file.path).equals(file.content)) throw new Error('it changed meanwhile: run the command again');
      renameSync(fresh, file.path);
      syncDirectory(dirname(file.path));
      return backup;
    } catch (error) {
      for (const path of written) rmSync(path, { force: true });
      throw error;
    }
  });
}

/** The rename would replace a file that must not be written, or separate it from its hard links. */
function requireWritable(path: string, { mode, nlink }: Stats): void {
  // Root may write any file; one without write permission for anybody is still meant to stay unchanged.
  if ((mode & 0o222) === 0) throw new Error('it is read-only: make it writable first (chmod u+w)');
  accessSync(path, constants.W_OK);
  if (nlink > 1) throw new Error('it has another hard link, which would keep the old content: remove that link first');
}

function writeLike(path: string, content: Buffer, like: Stats, written: string[]): void {
  const handle = openSync(path, 'wx', 0o600);
  written.push(path);
  try {
    writeFileSync(handle, content);
    const { uid, gid } = fstatSync(handle);
    // Before the mode, since a change of owner may clear some of its bits.
    if (uid !== like.uid || gid !== like.gid) fchownSync(handle, like.uid, like.gid);
    fchmodSync(handle, like.mode & 0o7777);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function unusedName(path: string): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    if (statSync(candidate, { throwIfNoEntry: false }) === undefined) return candidate;
  }
}

/** Such as `20251121T114500Z`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** Without this a power failure might undo the rename. The old content is safe either way, so a failure is ignored. */
function syncDirectory(path: string): void {
  try {
    const handle = openSync(path, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Some network file systems don't support it.
  }
}
