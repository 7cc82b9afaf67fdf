import type { FileDraft } from '../../core/files.ts';

const pattern = /^(file[_-])([0-9a-f]{32})$/;

/** Of 32 hex digits: the time, in ms since the epoch, then those of an id. Sorted, they are in the order of creation. */
export function newFileKey(now: number, id: string): string {
  return now.toString(16).padStart(12, '0') + id.slice(12);
}

/** The parts of a file's id; undefined for what cannot be one. */
export function parseFileId(id: string): { prefix: FileDraft['idPrefix']; key: string } | undefined {
  const [, prefix, key] = pattern.exec(id) ?? [];
  return key === undefined ? undefined : { prefix: prefix as FileDraft['idPrefix'], key };
}
