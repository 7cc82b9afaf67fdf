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
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { showName } from '../config/show-value.ts';
import { findTooDeep } from '../config/yaml-depth.ts';

/** A router's file as it was read. */
export interface RouterFile {
  /** The name it was asked for by, safe to print. */
  shown: string;
  /** The file itself, at the end of all symbolic links. */
  path: string;
  /** Without the byte order mark, which stays where it is. */
  text: string;
  content: Buffer;
}

const byteOrderMark = '\uFEFF';

/** Far more than any router's file has. */
const maxBytes = 4 * 1024 * 1024;

/** What is wrong, and what to do, by the code of a failed system call. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check --file',
  ENOTDIR: 'there is no such file: check --file',
  ELOOP: 'it is a link that leads to itself: check --file',
  EACCES: 'this user may not do that: run it as the owner of the file',
  EPERM: 'this user may not do that: run it as the owner of the file',
  EROFS: 'its file system is read-only: run it where the file can be written',
  EBUSY: 'it is mounted by itself, as into a container: run it where the file really is',
  ENOSPC: 'there is no room left on its file system',
};

/** Reads a router's file. Throws an `Error` that says what to do. */
export function readRouterFile(file: string): RouterFile {
  const shown = showName(file);
  return explained(shown, () => {
    const path = realpathSync(file);
    const stats = statSync(path);
    if (stats.isDirectory()) throw new Error('it is a directory: name the file in it');
    if (!stats.isFile()) throw new Error('it is no regular file: check --file');
    if (stats.size > maxBytes) throw new Error('it is larger than 4 MB: check --file');
    const content = readFileSync(path);
    return { shown, path, text: decode(content), content };
  });
}

function decode(content: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Error('it is not UTF-8 text: save it as UTF-8 first');
  }
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) throw new Error(`line ${tooDeep.line} is nested too deeply: check --file`);
  return text;
}

/**
 * Replaces the file's content in one step, so that a router reads the old file or the new one: a new file beside it,
 * with the same mode and owner, is renamed over it. The old content stays in `FILE.bak-` and the time; gives that
 * file's path. Throws an `Error` that says what to do, with everything left as it was.
 */
export function replaceRouterFile(file: RouterFile, text: string, now: Date): string {
  return explained(file.shown, () => {
    const stats = statSync(file.path);
    requireWritable(file.path, stats);
    const written: string[] = [];
    try {
      const fresh = join(dirname(file.path), `.${basename(file.path)}.${randomBytes(6).toString('hex')}.tmp`);
      const mark = file.content.toString('utf8', 0, 3) === byteOrderMark ? byteOrderMark : '';
      writeLike(fresh, Buffer.from(mark + text, 'utf8'), stats, written);
      const backup = unusedName(`${file.path}.bak-${stamp(now)}`);
      writeLike(backup, file.content, stats, written);
      if (!readFileSync(file.path).equals(file.content)) throw new Error('it was changed meanwhile: run it again');
      renameSync(fresh, file.path);
      syncDirectory(dirname(file.path));
      return backup;
    } catch (error) {
      for (const path of written) rmSync(path, { force: true });
      throw error;
    }
  });
}

/** A renamed file would take the place of one that must not be written, or part it from its other names. */
function requireWritable(path: string, { mode, nlink }: Stats): void {
  // Root may write everything; a file that nobody may write is meant to stay as it is all the same.
  if ((mode & 0o222) === 0) throw new Error('it is read-only: make it writable first (chmod u+w)');
  accessSync(path, constants.W_OK);
  if (nlink > 1)
    throw new Error('it has a second name (a hard link) that would keep the old content: remove that first');
}

function writeLike(path: string, content: Buffer, like: Stats, written: string[]): void {
  const handle = openSync(path, 'wx', 0o600);
  written.push(path);
  try {
    writeFileSync(handle, content);
    const { uid, gid } = fstatSync(handle);
    // Before the mode, which a change of owner may take bits from.
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

/** `20251121T114500Z`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/**
 * Without this the rename might be lost with the power, though not the old content: no reason to fail where it can't
 * be.
 */
function syncDirectory(path: string): void {
  try {
    const handle = openSync(path, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Some network file systems don't know it.
  }
}

function explained<Result>(shown: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : undefined;
    const reason = code === undefined ? error.message : (remedies[code] ?? `it cannot be read or written (${code})`);
    throw new Error(`${shown}: ${reason}`, { cause: error });
  }
}
