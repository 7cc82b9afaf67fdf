import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ByteRange, FileDraft, FilePage, FileQuery, Files, StoredFile } from '../../src/core/files.ts';
import type { Caller } from '../../src/core/sessions.ts';
import { HarnessError } from '../../src/core/errors.ts';
import { newId } from '../../src/util/new-id.ts';
import { promised } from '../../src/util/promised.ts';

interface Kept {
  caller: Caller;
  file: StoredFile;
  content: Buffer;
}

/** Files in memory, of the type that the client claims, for what needs no more of them. */
export function memoryFiles(now: () => number = Date.now): Files {
  const kept: Kept[] = [];

  function find(caller: Caller, id: string, field?: string): Kept {
    const found = kept.find((entry) => entry.caller === caller && entry.file.id === id);
    if (found !== undefined) return found;
    throw new HarnessError('FILE_NOT_FOUND', 'There is no such file.', field === undefined ? {} : { param: field });
  }

  async function add(caller: Caller, draft: FileDraft | (() => FileDraft), pieces: AsyncIterable<Uint8Array>) {
    const content = await buffer(pieces);
    const { idPrefix, filename, purpose, claimedType, keepMs } = typeof draft === 'function' ? draft() : draft;
    const createdAt = now();
    const file: StoredFile = {
      id: idPrefix + newId(),
      ...{ filename, purpose, createdAt, mimeType: claimedType ?? 'text/plain', sizeBytes: content.length },
      sha256: createHash('sha256').update(content).digest('hex'),
      ...(keepMs !== undefined && { expiresAt: createdAt + keepMs }),
    };
    kept.push({ caller, file, content });
    return file;
  }

  function list(caller: Caller, { limit, order, after, before, purpose, ids }: FileQuery): FilePage {
    const own = kept.filter((entry) => entry.caller === caller).map(({ file }) => file);
    const ordered = order === 'asc' ? own : own.reverse();
    const from = ordered.findIndex(({ id }) => id === after) + 1;
    const until = before === undefined ? ordered.length : ordered.findIndex(({ id }) => id === before);
    const matching = ordered
      .slice(from, until)
      .filter((file) => (purpose === undefined || file.purpose === purpose) && (ids?.includes(file.id) ?? true));
    const data = before === undefined ? matching.slice(0, limit) : matching.slice(-limit);
    return { data, hasMore: matching.length > limit };
  }

  return {
    add,
    describe: (caller, id, field) => promised(() => find(caller, id, field).file),
    list: (caller, query) => promised(() => list(caller, query)),
    read: (caller, id, range?: ByteRange) =>
      promised(() => {
        const { file, content } = find(caller, id);
        return { file, content: inOnePiece(content.subarray(range?.first, range && range.last + 1)) };
      }),
    delete: (caller, id) =>
      promised(() => {
        kept.splice(kept.indexOf(find(caller, id)), 1);
      }),
  };
}

async function* inOnePiece(content: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield await Promise.resolve(content);
}
