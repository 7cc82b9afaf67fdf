import type { FilePurpose, FileQuery, StoredFile } from '../../core/files.ts';
import type { Caller } from '../../core/sessions.ts';
import { all, first, run, type Work } from '../../state/shared-state.ts';
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

export function toStoredFile(row: FileRow): StoredFile {
  const { key, prefix, filename, mimeType, bytes, sha256, createdAt, expiresAt, purpose } = row;
  return {
    id: prefix + key,
    ...{ filename, mimeType, sizeBytes: bytes, sha256, createdAt, purpose },
    ...(expiresAt !== null && { expiresAt }),
  };
}

/** A caller's row by its id; undefined where there is none, or it has expired. */
export function* findRow(caller: Caller, id: string, now: number): Work<FileRow | undefined> {
  const parts = parseFileId(id);
  if (parts === undefined) return undefined;
  return yield* first<FileRow>(`SELECT ${columns} FROM files WHERE id = @key AND prefix = @prefix AND ${ofCaller}`, {
    ...parts,
    owner: caller ?? null,
    now,
  });
}

export function listRows(caller: Caller, page: RowPage, now: number): Work<FileRow[]> {
  const { order, after, limit, purpose, ids } = page;
  // Before the first key of either order.
  const start = order === 'asc' ? '' : 'g';
  return all<FileRow>(pages[order], {
    ...{ owner: caller ?? null, now, limit, after: after ?? start, purpose: purpose ?? null },
    ids: ids === undefined ? null : ids.filter((id) => parseFileId(id) !== undefined).join(),
  });
}

/** In bytes; with the least that each takes on a disk. */
export function* usedSpace(of: 'contents' | { owner: Caller }): Work<number> {
  const name = of === 'contents' ? of : `owner:${of.owner ?? ''}`;
  const sum = yield* first<{ bytes: number }>('SELECT bytes FROM file_sums WHERE of = @name', { name });
  return sum?.bytes ?? 0;
}

/** The name of the folder in which the contents are. */
export function* folderName(): Work<string> {
  const row = yield* first<{ name: string }>('SELECT name FROM file_folder');
  return row?.name ?? '';
}

export function* hasFiles(): Work<boolean> {
  return (yield* first('SELECT id FROM files LIMIT 1')) !== undefined;
}

export function* hasContent(sha256: string): Work<boolean> {
  return (yield* first('SELECT sha256 FROM file_contents WHERE sha256 = @sha256', { sha256 })) !== undefined;
}

/** The contents whose hashes begin with a prefix. */
export function contentsOf(prefix: string): Work<{ sha256: string; bytes: number }[]> {
  // Behind all that begin with it, whose next character is a hex digit.
  return all('SELECT sha256, bytes FROM file_contents WHERE sha256 >= @prefix AND sha256 < @end', {
    ...{ prefix, end: `${prefix}g` },
  });
}

/** Adds a row, and its content if that is new. */
export function* addRow(row: FileRow): Work<void> {
  const { sha256, bytes } = row;
  yield* run('INSERT INTO file_contents (sha256, bytes) VALUES (@sha256, @bytes) ON CONFLICT (sha256) DO NOTHING', {
    ...{ sha256, bytes },
  });
  yield* run(insert, { ...row });
}

/** With the last row of a content that goes as well. */
export function removeRow(key: string): Work<number> {
  return run('DELETE FROM files WHERE id = @key', { key });
}

/** All rows that have a content, and itself. How many there were. */
export function removeContent(sha256: string): Work<number> {
  return run('DELETE FROM files WHERE sha256 = @sha256', { sha256 });
}

/** Those that have expired longest ago. */
export function expiredRows(now: number, count: number): Work<FileRow[]> {
  return all<FileRow>(`SELECT ${columns} FROM files WHERE expires_at <= @now ORDER BY expires_at LIMIT @count`, {
    ...{ now, count },
  });
}

const columns = `id AS "key", prefix, owner, sha256, filename, mime_type AS "mimeType", bytes, purpose,
  created_at AS "createdAt", expires_at AS "expiresAt"`;
const ofCaller = 'owner IS NOT DISTINCT FROM @owner AND (expires_at IS NULL OR expires_at > @now)';
const insert = `INSERT INTO files (id, prefix, owner, sha256, filename, mime_type, bytes, purpose, created_at, expires_at)
  VALUES (@key, @prefix, @owner, @sha256, @filename, @mimeType, @bytes, @purpose, @createdAt, @expiresAt)`;

// Of the ids, which are all of one length, none is in their list unless it is one of them.
const page = (comparison: string, order: string): string =>
  `SELECT ${columns} FROM files WHERE ${ofCaller} AND id ${comparison} @after
     AND (CAST(@purpose AS TEXT) IS NULL OR purpose = @purpose)
     AND (CAST(@ids AS TEXT) IS NULL OR replace(@ids, prefix || id, '') <> @ids)
   ORDER BY id ${order} LIMIT @limit`;
const pages = { asc: page('>', 'ASC'), desc: page('<', 'DESC') };
