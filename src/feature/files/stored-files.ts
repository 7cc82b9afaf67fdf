import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ByteRange, FileDraft, FilePage, FileQuery, Files, StoredFile } from '../../core/files.ts';
import type { Logger } from '../../core/logger.ts';
import type { Caller } from '../../core/sessions.ts';
import type { SharedState } from '../../state/shared-state.ts';
import { isMissing } from './contents-folder.ts';
import { detectType } from './detect-type.ts';
import { fileNotFound, fileTooLarge, toFolderError } from './file-errors.ts';
import { newFileKey, parseFileId } from './file-id.ts';
import { fileNameOf } from './file-name.ts';
import { hasContent, toStoredFile, type FileRow } from './file-rows.ts';
import { FileStore } from './file-store.ts';
import { FileSweep } from './file-sweep.ts';
import { IncomingFolder } from './incoming-folder.ts';
import { readContent } from './read-content.ts';
import { receive, type Received } from './receive.ts';
import { Space, type SpaceLimits } from './space.ts';

export interface StoredFilesOptions extends SpaceLimits {
  state: SharedState;
  /** The folder of the contents. */
  path: string;
  /** Whether other machines have that folder, too. */
  isShared?: boolean;
  /** Of one file. */
  maxBytes: number;
  /** How long a file is kept that does not say; 0: until it is deleted. */
  keepMs: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** 32 hex digits. */
  newId: () => string;
}

/** Files in shared state, with their contents in a folder that all who share it have. */
export class StoredFiles implements Files {
  readonly #options: StoredFilesOptions;
  readonly #incoming: IncomingFolder;
  readonly #store: FileStore;
  readonly #space: Space;
  readonly #sweep: FileSweep;

  constructor(options: StoredFilesOptions) {
    const { state, path, isShared = false, log, now, newId } = options;
    this.#options = options;
    this.#incoming = new IncomingFolder(join(path, 'incoming'), newId);
    this.#store = new FileStore({ state, root: path, incoming: this.#incoming, isShared, now });
    this.#space = new Space(options);
    this.#sweep = new FileSweep({ store: this.#store, incoming: this.#incoming, log });
  }

  async add(
    caller: Caller,
    draft: FileDraft | (() => FileDraft),
    content: AsyncIterable<Uint8Array>,
  ): Promise<StoredFile> {
    const space = await this.#options.state.read(() => this.#space.begin(caller));
    try {
      return await this.#keep(caller, draft, { content, take: space.take });
    } catch (error) {
      throw toFolderError(this.#options.path, error);
    } finally {
      space.end();
    }
  }

  async describe(caller: Caller, id: string, field?: string): Promise<StoredFile> {
    return toStoredFile(await this.#find(caller, id, field));
  }

  async list(caller: Caller, query: FileQuery): Promise<FilePage> {
    const { limit, after, before, purpose, ids } = query;
    // What precedes an entry follows it in the other order.
    const isReverse = before !== undefined;
    const order = isReverse ? opposite[query.order] : query.order;
    const cursor = before ?? after;
    const key = cursor === undefined ? undefined : parseFileId(cursor)?.key;
    if (cursor !== undefined && key === undefined) throw fileNotFound(isReverse ? 'before' : 'after');
    const rows = await this.#store.list(caller, {
      ...{ order, limit: limit + 1 },
      ...(key !== undefined && { after: key }),
      ...(purpose !== undefined && { purpose }),
      ...(ids !== undefined && { ids }),
    });
    const data = rows.slice(0, limit).map(toStoredFile);
    return { data: isReverse ? data.reverse() : data, hasMore: rows.length > limit };
  }

  async read(
    caller: Caller,
    id: string,
    range?: ByteRange,
  ): Promise<{ file: StoredFile; content: AsyncIterable<Uint8Array> }> {
    const row = await this.#find(caller, id);
    const contents = await this.#store.contents();
    const path = contents.pathOf(row.sha256);
    const content = readContent(path, range ?? { first: 0, last: row.bytes - 1 });
    return { file: toStoredFile(row), content: orNotFound(content) };
  }

  async delete(caller: Caller, id: string): Promise<void> {
    if (!(await this.#store.remove(caller, id))) throw fileNotFound();
  }

  /** Deletes some of what has expired, or was left behind; true while there is more to do. */
  prune(): Promise<boolean> {
    return this.#sweep.step();
  }

  /** Nothing is read or written any more. */
  close(): void {
    this.#incoming.close();
  }

  async #keep(
    caller: Caller,
    draft: FileDraft | (() => FileDraft),
    { content, take }: { content: AsyncIterable<Uint8Array>; take: (bytes: number) => void },
  ): Promise<StoredFile> {
    const path = this.#incoming.newPath();
    try {
      const received = await receive(content, path, this.#counting(take));
      const complete = typeof draft === 'function' ? draft() : draft;
      const row = await this.#rowOf(caller, complete, received, path);
      const { bytes, sha256 } = row;
      const space = this.#space;
      await this.#store.add(row, path, function* () {
        yield* space.check(caller, { bytes, isNew: !(yield* hasContent(sha256)) });
      });
      return toStoredFile(row);
    } finally {
      await rm(path, { force: true });
    }
  }

  #counting(take: (bytes: number) => void): (bytes: number) => void {
    let sum = 0;
    return (bytes) => {
      sum += bytes;
      if (sum > this.#options.maxBytes) throw fileTooLarge();
      take(bytes);
    };
  }

  async #find(caller: Caller, id: string, field?: string): Promise<FileRow> {
    const row = await this.#store.find(caller, id);
    if (row === undefined) throw fileNotFound(field);
    return row;
  }

  async #rowOf(caller: Caller, draft: FileDraft, received: Received, path: string): Promise<FileRow> {
    const { keepMs: usualMs, now } = this.#options;
    const { idPrefix: prefix, purpose, claimedType, keepMs = usualMs } = draft;
    const filename = fileNameOf(draft.filename);
    const { bytes, sha256, isText } = received;
    const clues = { path, isText, filename, ...(claimedType !== undefined && { claimedType }) };
    const mimeType = await detectType(clues);
    const createdAt = now();
    const expiresAt = keepMs === 0 ? null : createdAt + keepMs;
    const key = newFileKey(createdAt, this.#options.newId());
    return { key, prefix, owner: caller ?? null, sha256, filename, mimeType, bytes, purpose, createdAt, expiresAt };
  }
}

const opposite = { asc: 'desc', desc: 'asc' } as const;

/** Between the row and its content, somebody may have deleted the file. */
async function* orNotFound(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* content;
  } catch (error) {
    throw isMissing(error) ? fileNotFound() : error;
  }
}
