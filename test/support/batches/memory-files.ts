import { createHash } from 'node:crypto';
import { HarnessError } from '../../../src/core/errors.ts';
import type { ByteRange, FileDraft, FileQuery, Files, StoredFile } from '../../../src/core/files.ts';
import type { Caller } from '../../../src/core/sessions.ts';

interface Kept {
  caller: Caller;
  file: StoredFile;
  bytes: Buffer;
}

/** Files in memory, newest first. */
export class MemoryFiles implements Files {
  readonly kept: Kept[] = [];
  #count = 0;

  async add(caller: Caller, draft: FileDraft, content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    this.#count += 1;
    const createdAt = Date.now();
    const file: StoredFile = {
      id: `${draft.idPrefix}${String(this.#count).padStart(32, '0')}`,
      filename: draft.filename,
      mimeType: draft.claimedType ?? 'text/plain',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      createdAt,
      purpose: draft.purpose,
      ...(draft.keepMs !== undefined && { expiresAt: createdAt + draft.keepMs }),
    };
    this.kept.unshift({ caller, file, bytes });
    return file;
  }

  addText(caller: Caller, draft: Partial<FileDraft>, text: string): Promise<StoredFile> {
    const whole = { idPrefix: 'file-', filename: 'a.jsonl', purpose: 'batch', ...draft } as const;
    return this.add(caller, whole, toPieces(text));
  }

  describe(caller: Caller, id: string, field?: string): Promise<StoredFile> {
    return Promise.resolve().then(() => this.#find(caller, id, field).file);
  }

  list(caller: Caller, { limit, order, after, purpose }: FileQuery) {
    const files = this.kept
      .filter((one) => one.caller === caller && (purpose === undefined || one.file.purpose === purpose))
      .map(({ file }) => file);
    const ordered = order === 'asc' ? files.toReversed() : files;
    const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
    const data = ordered.slice(start, start + limit);
    return Promise.resolve({ data, hasMore: start + limit < ordered.length });
  }

  read(caller: Caller, id: string, range?: ByteRange) {
    return Promise.resolve().then(() => {
      const { file, bytes } = this.#find(caller, id);
      const part = range === undefined ? bytes : bytes.subarray(range.first, range.last + 1);
      return { file, content: toPieces(part) };
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.describe(caller, id);
    this.kept.splice(this.kept.indexOf(this.#find(caller, id)), 1);
  }

  textOf(id: string): string {
    return this.kept.find(({ file }) => file.id === id)?.bytes.toString() ?? '';
  }

  #find(caller: Caller, id: string, field = 'id'): Kept {
    const kept = this.kept.find((one) => one.caller === caller && one.file.id === id);
    if (kept === undefined)
      throw new HarnessError('FILE_NOT_FOUND', `${field}: there is no such file.`, { param: field });
    return kept;
  }
}

/** Short ones in pieces that end in the middle of characters and lines. */
async function* toPieces(content: string | Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  const bytes = Buffer.from(content);
  const size = bytes.length < 10_000 ? 7 : 65_536;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
