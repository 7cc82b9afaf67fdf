import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { ContentsFolder } from './contents-folder.ts';
import type { FileStore } from './file-store.ts';
import type { IncomingFolder } from './incoming-folder.ts';

/** Rows that go at a time, and contents that are looked at. */
const rowsAtOnce = 16;
const contentsAtOnce = 1000;

export interface FileSweepOptions {
  store: FileStore;
  incoming: IncomingFolder;
  log: Logger;
}

/** Removes what has expired, and what services have left that were ended at a bad moment. */
export class FileSweep {
  readonly #options: FileSweepOptions;
  /** The place in the list of prefixes up to which contents were looked at. */
  #place = 0;

  constructor(options: FileSweepOptions) {
    this.#options = options;
  }

  /** A short part of it; true while there is more to do. Rejects where the state file can't be used. */
  async step(): Promise<boolean> {
    try {
      if (this.#place === 0) this.#options.incoming.sweep();
      const hasMoreRows = await this.#options.store.removeExpired(rowsAtOnce);
      const hasMoreContents = await this.#compare();
      return hasMoreRows || hasMoreContents;
    } catch (error) {
      this.#place = 0;
      if (error instanceof HarnessError) throw error;
      this.#options.log.error('the folder of the files could not be cleaned up', { error });
      return false;
    }
  }

  /** Rows with contents, as far as it goes at once. */
  async #compare(): Promise<boolean> {
    const { store, log } = this.#options;
    const problem = await store.problem();
    if (problem !== undefined) {
      log.error(problem.message);
      return false;
    }
    for (let seen = 0; this.#place < ContentsFolder.prefixes.length && seen < contentsAtOnce; this.#place++) {
      const { count, lost } = await store.compare(ContentsFolder.prefixes[this.#place] ?? '');
      seen += count;
      if (lost > 0) log.warn('files whose content is gone were removed from the list', { files: lost });
    }
    const isDone = this.#place === ContentsFolder.prefixes.length;
    if (isDone) this.#place = 0;
    return !isDone;
  }
}
