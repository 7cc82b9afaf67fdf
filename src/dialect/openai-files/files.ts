import type { z } from 'zod';
import type { FilePage, StoredFile } from '../../core/files.ts';
import type { deletedFile, wireFile, wireFileList } from './file-schema.ts';

export function toWireFile(file: StoredFile): z.infer<typeof wireFile> {
  const { id, filename, sizeBytes, createdAt, expiresAt, purpose } = file;
  return {
    id,
    object: 'file',
    bytes: sizeBytes,
    created_at: toSeconds(createdAt),
    ...(expiresAt !== undefined && { expires_at: toSeconds(expiresAt) }),
    filename,
    purpose,
    status: 'processed',
  };
}

export function toWireFileList({ data, hasMore }: FilePage): z.infer<typeof wireFileList> {
  return {
    object: 'list',
    data: data.map(toWireFile),
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

export function toDeletedFile(id: string): z.infer<typeof deletedFile> {
  return { id, object: 'file', deleted: true };
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
