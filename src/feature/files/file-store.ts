import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import type { Caller } from '../../core/sessions.ts';
import { alone, type SharedState, type Work } from '../../state/shared-state.ts';
import { ContentsFolder } from './contents-folder.ts';
import { toFolderError } from './file-errors.ts';
import {
  addRow,
  contentsOf,
  expiredRows,
  findRow,
  folderName,
  hasContent,
  hasFiles,
  listRows,
  removeContent,
  removeRow,
  type FileRow,
  type RowPage,
} from './file-rows.ts';
import type { IncomingFolder } from './incoming-folder.ts';

export interface FileStoreOptions {
  state: SharedState;
  /** The folder of the contents: of `incoming`, and of a folder for each state. */
  root: string;
  incoming: IncomingFolder;
  /** Whether other machines have the folder, too: then a content that is missing here may be there for them. */
  isShared: boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Content {
  sha256: string;
  bytes: number;
}

/**
 * Rows in shared state, and the contents in a folder. Contents come and go within a transaction, of which there is one at
 * a time over all services: a content is there before its row is, and goes after its last row. What an end of the service
 * leaves in between is a content without a row, which the sweep removes.
 */
export class FileStore {
  readonly #options: FileStoreOptions;

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  find(caller: Caller, id: string): Promise<FileRow | undefined> {
    const { state, now } = this.#options;
    return state.read(() => findRow(caller, id, now()));
  }

  list(caller: Caller, page: RowPage): Promise<FileRow[]> {
    const { state, now } = this.#options;
    return state.read(() => listRows(caller, page, now()));
  }

  /** The folder in which the contents of the rows are. */
  contents(): Promise<ContentsFolder> {
    return this.#options.state.read(() => this.#contents());
  }

  /** Keeps a row and the content that was written to `path`, which is gone afterwards. `check` may refuse the row. */
  async add(row: FileRow, path: string, check: () => Work<void>): Promise<void> {
    const placed: string[] = [];
    const open = (): Work<ContentsFolder> => this.#openContents();
    try {
      await this.#change(function* () {
        const contents = yield* open();
        yield* check();
        yield* addRow(row);
        if (contents.has(row.sha256, row.bytes)) return;
        contents.place(path, row.sha256);
        placed.push(row.sha256);
      });
    } catch (error) {
      // The row was rolled back; its content has a place all the same.
      if (placed.length > 0) await this.discardUnused(placed);
      throw error;
    }
  }

  /** Deletes the caller's row, and its content if no other row has it; whether it was there. */
  async remove(caller: Caller, id: string): Promise<boolean> {
    const { now } = this.#options;
    const row = await this.#change(function* () {
      const found = yield* findRow(caller, id, now());
      if (found !== undefined) yield* removeRow(found.key);
      return found;
    });
    if (row === undefined) return false;
    await this.discardUnused([row.sha256]);
    return true;
  }

  /** Deletes up to `count` rows that have expired, and their contents; whether there are more. */
  async removeExpired(count: number): Promise<boolean> {
    const { state, now } = this.#options;
    // Nothing is locked where there is nothing to do.
    if ((await state.read(() => expiredRows(now(), count))).length === 0) return false;
    const rows = await this.#change(function* () {
      const found = yield* expiredRows(now(), count);
      for (const { key } of found) yield* removeRow(key);
      return found;
    });
    await this.discardUnused(rows.map(({ sha256 }) => sha256));
    return rows.length === count;
  }

  /** Removes those of these contents that no row has. */
  async discardUnused(hashes: readonly string[]): Promise<void> {
    const { incoming } = this.#options;
    const contentsFolder = (): Work<ContentsFolder> => this.#contents();
    const moved: string[] = [];
    await this.#change(function* () {
      const contents = yield* contentsFolder();
      for (const sha256 of hashes) {
        if (yield* hasContent(sha256)) continue;
        // Moved, which is done at once however large it is: nobody waits for the lock.
        const path = incoming.newPath();
        if (contents.displace(sha256, path)) moved.push(path);
      }
    });
    for (const path of moved) await rm(path, { force: true });
  }

  /** Why nothing can be done with the contents; undefined where all is well. */
  async problem(): Promise<HarnessError | undefined> {
    const contentsFolder = (): Work<ContentsFolder> => this.#contents();
    return this.#options.state.read(function* () {
      const contents = yield* contentsFolder();
      const isLost = !contents.exists && (yield* hasFiles());
      return isLost ? folderMissing(contents.path) : undefined;
    });
  }

  /**
   * Removes contents without a row, and rows without a content unless others may have it, whose hash begins with `prefix`. Gives how many were
   * looked at, and how many files were lost.
   */
  async compare(prefix: string): Promise<{ count: number; lost: number }> {
    const { state, isShared } = this.#options;
    // In this order: a content comes before its row. Whatever happens meanwhile is found out by the transactions below.
    const rows = await state.read(() => contentsOf(prefix));
    const names = new Set((await this.contents()).list(prefix).filter((name) => /^[0-9a-f]{64}$/.test(name)));
    const known = new Set(rows.map(({ sha256 }) => sha256));
    const unused = [...names].filter((name) => !known.has(name));
    if (unused.length > 0) await this.discardUnused(unused);
    const missing = rows.filter(({ sha256 }) => !names.has(sha256));
    const isForgotten = missing.length > 0 && !isShared;
    return { count: names.size + missing.length, lost: isForgotten ? await this.#forget(missing) : 0 };
  }

  /** Work in a transaction that may touch the folder, of which there is one at a time. */
  #change<T>(work: () => Work<T>): Promise<T> {
    const { state, root } = this.#options;
    return state.write(function* () {
      yield* alone('files');
      try {
        return yield* work();
      } catch (error) {
        throw toFolderError(root, error);
      }
    });
  }

  #forget(missing: readonly Content[]): Promise<number> {
    const contentsFolder = (): Work<ContentsFolder> => this.#contents();
    return this.#change(function* () {
      const contents = yield* contentsFolder();
      let sum = 0;
      for (const { sha256, bytes } of missing) {
        if (!contents.has(sha256, bytes)) sum += yield* removeContent(sha256);
      }
      return sum;
    });
  }

  *#contents(): Work<ContentsFolder> {
    return new ContentsFolder(join(this.#options.root, yield* folderName()));
  }

  /** The folder, which is created for the first file. */
  *#openContents(): Work<ContentsFolder> {
    const contents = yield* this.#contents();
    if (contents.exists) return contents;
    if (yield* hasFiles()) throw folderMissing(contents.path);
    contents.create();
    return contents;
  }
}

/** Its contents may be elsewhere: on a disk that is not mounted, or where `files.path` led before. */
function folderMissing(path: string): HarnessError {
  return new HarnessError(
    'INTERNAL',
    `The folder ${path}, which has the contents of the files, is missing; put it back, set files.path to the folder that it is in, or create it empty to give those files up.`,
  );
}
