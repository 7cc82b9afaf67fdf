import type { FilePurpose, FileQuery, StoredFile } from '../../core/files.ts';
import type { Caller } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import { parseFileId } from './file-id.ts';

/** A file as the state file has it: its id in two parts, `null` for what is absent. */
export interface FileRow {
  key: string;
  prefix: string;
  owner: string | null;
  sha256: string;
  filename: string;
  mimeType: string;
  bytes: number;
  purpose: FilePurpose;
  createdAt: number;
  expiresAt: number | null;
}

/** Where a page begins and which way it goes. */
export interface RowPage extends Pick<FileQuery, 'purpose' | 'ids'> {
  order: 'asc' | 'desc';
  /** A key that it follows in that order. */
  after?: string;
  limit: number;
}

export const fileStatements = memoizePerConnection(prepareStatements);

export function toStoredFile(row: FileRow): StoredFile {
  const { key, prefix, filename, mimeType, bytes, sha256, createdAt, expiresAt, purpose } = row;
  return {
    id: prefix + key,
    ...{ filename, mimeType, sizeBytes: bytes, sha256, createdAt, purpose },
    ...(expiresAt !== null && { expiresAt }),
  };
}

/** A caller's row by its id; undefined where there is none, or it has expired. */
export function findRow(database: StateDatabase, caller: Caller, id: string, now: number): FileRow | undefined {
  const parts = parseFileId(id);
  if (parts === undefined) return undefined;
  return fileStatements(database).find.get({ ...parts, owner: caller ?? null, now }) as FileRow | undefined;
}

export function listRows(database: StateDatabase, caller: Caller, page: RowPage, now: number): FileRow[] {
  const { order, after, limit, purpose, ids } = page;
  // Before the first key of either order.
  const start = order === 'asc' ? '' : 'g';
  return fileStatements(database)[order].all({
    ...{ owner: caller ?? null, now, limit, after: after ?? start, purpose: purpose ?? null },
    ids: ids === undefined ? null : JSON.stringify(ids),
  }) as FileRow[];
}

/** In bytes; with the least that each takes on a disk. */
export function usedSpace(database: StateDatabase, of: 'contents' | { owner: Caller }): number {
  const name = of === 'contents' ? of : `owner:${of.owner ?? ''}`;
  return (fileStatements(database).sum.get(name) as number | undefined) ?? 0;
}

const columns = `id AS key, prefix, owner, sha256, filename, mime_type AS mimeType, bytes, purpose,
  created_at AS createdAt, expires_at AS expiresAt`;
const ofCaller = 'owner IS @owner AND (expires_at IS NULL OR expires_at > @now)';

function prepareStatements(database: StateDatabase) {
  const page = (comparison: string, order: string) =>
    database.prepare(
      `SELECT ${columns} FROM files WHERE ${ofCaller} AND id ${comparison} @after
         AND (@purpose IS NULL OR purpose = @purpose)
         AND (@ids IS NULL OR prefix || id IN (SELECT value FROM json_each(@ids)))
       ORDER BY id ${order} LIMIT @limit`,
    );
  return {
    folder: database.prepare('SELECT name FROM file_folder').pluck(),
    isEmpty: database.prepare('SELECT NOT EXISTS (SELECT 1 FROM files)').pluck(),
    addContent: database.prepare('INSERT OR IGNORE INTO file_contents (sha256, bytes) VALUES (?, ?)'),
    hasContent: database.prepare('SELECT EXISTS (SELECT 1 FROM file_contents WHERE sha256 = ?)').pluck(),
    contents: database.prepare(
      `SELECT sha256, bytes FROM file_contents WHERE sha256 >= @prefix AND sha256 < @prefix || 'g'`,
    ),
    add: database.prepare(
      `INSERT INTO files (id, prefix, owner, sha256, filename, mime_type, bytes, purpose, created_at, expires_at)
       VALUES (@key, @prefix, @owner, @sha256, @filename, @mimeType, @bytes, @purpose, @createdAt, @expiresAt)`,
    ),
    find: database.prepare(`SELECT ${columns} FROM files WHERE id = @key AND prefix = @prefix AND ${ofCaller}`),
    asc: page('>', 'ASC'),
    desc: page('<', 'DESC'),
    sum: database.prepare('SELECT bytes FROM file_sums WHERE of = ?').pluck(),
    remove: database.prepare('DELETE FROM files WHERE id = ?'),
    removeWithContent: database.prepare('DELETE FROM files WHERE sha256 = ?'),
    expired: database.prepare(`SELECT ${columns} FROM files WHERE expires_at <= ? ORDER BY expires_at LIMIT ?`),
  };
}
