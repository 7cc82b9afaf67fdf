import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import type { Caller } from '../../core/sessions.ts';
import type { StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { ContentsFolder } from './contents-folder.ts';
import { toFolderError } from './file-errors.ts';
import { fileStatements, findRow, listRows, type FileRow, type RowPage } from './file-rows.ts';
import type { IncomingFolder } from './incoming-folder.ts';

export interface FileStoreOptions {
  stateFile: StateFile;
  /** The folder of the contents: of `incoming`, and of a folder for each state file. */
  root: string;
  incoming: IncomingFolder;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Content {
  sha256: string;
  bytes: number;
}

/**
 * Rows in the state file, and the contents beside it. Contents come and go within a transaction, of which there is one at
 * a time over all services: a content is there before its row is, and goes after its last row. What an end of the service
 * leaves in between is a content without a row, which the sweep removes.
 */
export class FileStore {
  readonly #options: FileStoreOptions;

  constructor(options: FileStoreOptions) {
    this.#options = options;
  }

  find(caller: Caller, id: string): FileRow | undefined {
    const { stateFile, now } = this.#options;
    return stateFile.read((database) => findRow(database, caller, id, now()));
  }

  list(caller: Caller, page: RowPage): FileRow[] {
    const { stateFile, now } = this.#options;
    return stateFile.read((database) => listRows(database, caller, page, now()));
  }

  /** The folder in which the contents of the rows are. */
  get contents(): ContentsFolder {
    return this.#options.stateFile.read((database) => this.#contentsOf(database));
  }

  /** Keeps a row and the content that was written to `path`, which is gone afterwards. `check` may refuse the row. */
  async add(row: FileRow, path: string, check: (database: StateDatabase) => void): Promise<void> {
    const placed: string[] = [];
    try {
      this.#change((database) => {
        const { addContent, add } = fileStatements(database);
        const contents = this.#openContents(database);
        check(database);
        addContent.run(row.sha256, row.bytes);
        add.run(row);
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
    const row = this.#change((database) => {
      const found = findRow(database, caller, id, now());
      if (found !== undefined) fileStatements(database).remove.run(found.key);
      return found;
    });
    if (row === undefined) return false;
    await this.discardUnused([row.sha256]);
    return true;
  }

  /** Deletes up to `count` rows that have expired, and their contents; whether there are more. */
  async removeExpired(count: number): Promise<boolean> {
    const { stateFile, now } = this.#options;
    const find = (database: StateDatabase): FileRow[] =>
      fileStatements(database).expired.all(now(), count) as FileRow[];
    // Nothing is locked where there is nothing to do.
    if (stateFile.read(find).length === 0) return false;
    const rows = this.#change((database) => {
      const found = find(database);
      for (const { key } of found) fileStatements(database).remove.run(key);
      return found;
    });
    await this.discardUnused(rows.map(({ sha256 }) => sha256));
    return rows.length === count;
  }

  /** Removes those of these contents that no row has. */
  async discardUnused(hashes: readonly string[]): Promise<void> {
    const { incoming } = this.#options;
    const paths = this.#change((database) => {
      const contents = this.#contentsOf(database);
      const { hasContent } = fileStatements(database);
      // Moved, which is done at once however large it is: nobody waits for the lock.
      return hashes.flatMap((sha256) => {
        if (hasContent.get(sha256) === 1) return [];
        const path = incoming.newPath();
        return contents.displace(sha256, path) ? [path] : [];
      });
    });
    for (const path of paths) await rm(path, { force: true });
  }

  /** Why nothing can be done with the contents; undefined where all is well. */
  problem(): HarnessError | undefined {
    return this.#options.stateFile.read((database) => {
      const contents = this.#contentsOf(database);
      const isLost = !contents.exists && fileStatements(database).isEmpty.get() !== 1;
      return isLost ? folderMissing(contents.path) : undefined;
    });
  }

  /**
   * Removes contents without a row, and rows without a content, whose hash begins with `prefix`. Gives how many were
   * looked at, and how many files were lost.
   */
  async compare(prefix: string): Promise<{ count: number; lost: number }> {
    const { stateFile } = this.#options;
    // In this order: a content comes before its row. Whatever happens meanwhile is found out by the transactions below.
    const rows = stateFile.read((database) => fileStatements(database).contents.all({ prefix }) as Content[]);
    const names = new Set(this.contents.list(prefix).filter((name) => /^[0-9a-f]{64}$/.test(name)));
    const known = new Set(rows.map(({ sha256 }) => sha256));
    const unused = [...names].filter((name) => !known.has(name));
    if (unused.length > 0) await this.discardUnused(unused);
    const missing = rows.filter(({ sha256 }) => !names.has(sha256));
    return { count: names.size + missing.length, lost: missing.length === 0 ? 0 : this.#forget(missing) };
  }

  /** Work in a transaction that may touch the folder. */
  #change<T>(work: (database: StateDatabase) => T): T {
    return this.#options.stateFile.write((database) => {
      try {
        return work(database);
      } catch (error) {
        throw toFolderError(this.#options.root, error);
      }
    });
  }

  #forget(missing: readonly Content[]): number {
    return this.#change((database) => {
      const contents = this.#contentsOf(database);
      const { removeWithContent } = fileStatements(database);
      return missing
        .filter(({ sha256, bytes }) => !contents.has(sha256, bytes))
        .reduce((sum, { sha256 }) => sum + removeWithContent.run(sha256).changes, 0);
    });
  }

  #contentsOf(database: StateDatabase): ContentsFolder {
    const name = fileStatements(database).folder.get() as string;
    return new ContentsFolder(join(this.#options.root, name));
  }

  /** The folder, which is created for the first file. */
  #openContents(database: StateDatabase): ContentsFolder {
    const contents = this.#contentsOf(database);
    if (contents.exists) return contents;
    if (fileStatements(database).isEmpty.get() !== 1) throw folderMissing(contents.path);
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
