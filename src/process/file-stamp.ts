import { statSync } from 'node:fs';

/** By what a program is known again, without reading it. */
export interface FileStamp {
  /** With its links resolved. */
  path: string;
  /** In bytes. */
  size: number;
  mtimeMs: number;
}

/** Throws where there is no such file. */
export function stampOf(path: string): FileStamp {
  const { size, mtimeMs } = statSync(path);
  return { path, size, mtimeMs };
}

/** Whether what lies there is what was looked at then. */
export function isSameFile(file: FileStamp): boolean {
  try {
    return equals(file, stampOf(file.path));
  } catch {
    return false;
  }
}

export function equals(one: FileStamp, other: FileStamp): boolean {
  return one.path === other.path && one.size === other.size && one.mtimeMs === other.mtimeMs;
}
