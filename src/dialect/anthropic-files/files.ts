import type { z } from 'zod';
import type { FilePage, FileQuery, StoredFile } from '../../core/files.ts';
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

export function toWireFileList(page: FilePage): z.infer<typeof wireFileList> {
  return { data: page.data.map(toWireFile), next_page: nextPage(page) };
}

/** `query`: what was asked for. What precedes a file is gone through by `first_id` alone. */
export function toBetaFileList(page: FilePage, query?: FileQuery): z.infer<typeof betaFileList> {
  const { data, hasMore } = page;
  return {
    data: data.map(toBetaFile),
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    next_page: query?.before === undefined ? nextPage(page) : null,
  };
}

/** A page goes on after its last file, also when that is deleted meanwhile. */
function nextPage({ data, hasMore }: FilePage): string | null {
  const last = data.at(-1);
  return hasMore && last !== undefined ? `page_${last.id.slice(-32)}` : null;
}

export function toDeletedFile(id: string): z.infer<typeof deletedFile> {
  return { id, type: 'file_deleted' };
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
