import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How the folders in it are named: by the first two digits of the hashes of what is in them. */
const prefixes = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

/** The contents that one state file knows, each named by its SHA-256. What is in it is never written to. */
export class ContentsFolder {
  static readonly prefixes: readonly string[] = prefixes;
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    syncFolder(dirname(this.path));
  }

  pathOf(sha256: string): string {
    return join(this.path, sha256.slice(0, 2), sha256);
  }

  has(sha256: string, bytes: number): boolean {
    return statSync(this.pathOf(sha256), { throwIfNoEntry: false })?.size === bytes;
  }

  /** Moves a file that is on disk for good into its place, which then is for good too. */
  place(path: string, sha256: string): void {
    const target = this.pathOf(sha256);
    const folder = dirname(target);
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(this.path);
    renameSync(path, target);
    syncFolder(folder);
  }

  /** Takes one out, if it is there; whether it was. */
  displace(sha256: string, path: string): boolean {
    try {
      renameSync(this.pathOf(sha256), path);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The hashes of those that begin with a prefix. */
  list(prefix: string): string[] {
    try {
      return readdirSync(join(this.path, prefix));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Without it, a file's name may be lost with the power. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
