import type { z } from 'zod';
import type { FilePage, StoredFile } from '../../core/files.ts';
import { without } from '../../core/without.ts';
import type { betaFileList, deletedFile, wireFile, wireFileList } from './file-schema.ts';

type WireFile = z.infer<typeof wireFile>;

/** A file as the API describes it; what is kept here can be downloaded. */
export function toWireFile(file: StoredFile): WireFile {
  const { id, filename, mimeType, sizeBytes, createdAt, expiresAt } = file;
  return {
    id,
    type: 'file',
    filename,
    mime_type: mimeType,
    size_bytes: sizeBytes,
    created_at: toTime(createdAt),
    downloadable: true,
    expires_at: expiresAt === undefined ? null : toTime(expiresAt),
  };
}

/** The same for clients of the beta. */
export function toBetaFile(file: StoredFile): Omit<WireFile, 'expires_at'> {
  return without(toWireFile(file), 'expires_at');
}

export function toWireFileList({ data, hasMore }: FilePage): z.infer<typeof wireFileList> {
  const last = data.at(-1);
  // A page goes on after its last file, also when that is deleted meanwhile.
  const next = hasMore && last !== undefined ? `page_${last.id.slice(-32)}` : null;
  return { data: data.map(toWireFile), next_page: next };
}

export function toBetaFileList({ data, hasMore }: FilePage): z.infer<typeof betaFileList> {
  return {
    data: data.map(toBetaFile),
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

export function toDeletedFile(id: string): z.infer<typeof deletedFile> {
  return { id, type: 'file_deleted' };
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
