import { resolve } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { closeDatabase, openDatabase, type StateDatabase } from './database.ts';
import { createFile, identityOf, moveAside } from './disk-file.ts';
import { migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations.ts';
import { Outages, type Use } from './outages.ts';
import { isDamage, toStateFileError } from './sqlite-errors.ts';

interface StateFileOptions {
  path: string;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  migrations?: readonly string[];
}

/**
 * The one file in which the service keeps what outlives it. It is opened at its first use, and again after a failure: a
 * failed use throws a `HarnessError` that says what is wrong and what to do, and later ones retry at a bounded rate. A
 * damaged file is moved aside and replaced by a new one. Other services and programs may have the file open too.
 */
export class StateFile {
  readonly #path: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #migrations: readonly string[];
  readonly #outages: Outages;
  #database: StateDatabase | undefined;
  /** Of the file that was last opened, successfully or not. */
  #identity: string | undefined;
  #isClosed = false;

  constructor({ path, log, now, migrations = allMigrations }: StateFileOptions) {
    // Absolute, so that no name has a special meaning to SQLite, as `:memory:` has.
    this.#path = resolve(path);
    this.#log = log;
    this.#now = now;
    this.#migrations = migrations;
    this.#outages = new Outages({
      ...{ log, now },
      onOver: () => {
        log.info('the state file is usable again', { path: this.#path });
      },
    });
  }

  /** Runs synchronous, read-only work; another program may write meanwhile. */
  read<T>(work: (database: StateDatabase) => T): T {
    return this.#use('read', work);
  }

  /** Runs synchronous work in a transaction, which is rolled back when it throws. */
  write<T>(work: (database: StateDatabase) => T): T {
    return this.#use('write', (database) => database.transaction(work).immediate(database));
  }

  /** Closes the file; later uses are refused. */
  close(): void {
    this.#isClosed = true;
    this.#disconnect();
  }

  #use<T>(use: Use, work: (database: StateDatabase) => T): T {
    if (this.#isClosed) throw new HarnessError('DRAINING', 'The harness is shutting down.');
    this.#outages.throwIfTooSoon(use);
    // A connection keeps what it found when it was opened, such as a file that it could only read.
    if (this.#outages.isOngoing(use)) this.#disconnect();
    try {
      const result = this.#attempt(work);
      this.#outages.recordSuccess(use);
      return result;
    } catch (error) {
      const fileError = toStateFileError(this.#path, error);
      if (fileError === undefined) throw error;
      this.#outages.recordFailure(use, fileError);
      throw fileError;
    }
  }

  #attempt<T>(work: (database: StateDatabase) => T): T {
    try {
      return work(this.#connect());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#setAside(error);
      return work(this.#connect());
    }
  }

  #connect(): StateDatabase {
    // After the file was removed or replaced, SQLite would keep writing to one that no longer has a name.
    if (this.#database !== undefined && identityOf(this.#path) === this.#identity) return this.#database;
    this.#disconnect();
    createFile(this.#path);
    this.#identity = identityOf(this.#path);
    this.#database = openDatabase(this.#path, {
      prepare: (database) => {
        migrate(database, this.#migrations);
      },
    });
    return this.#database;
  }

  #setAside(error: unknown): void {
    this.#disconnect();
    // Another service with the same file may have done it already; the file there is then a new one.
    if (identityOf(this.#path) !== this.#identity) return;
    const aside = moveAside(this.#path, this.#now());
    this.#log.error(`The state file ${this.#path} is damaged; it was moved to ${aside}, and a new one is created.`, {
      error,
    });
  }

  #disconnect(): void {
    if (this.#database !== undefined) closeDatabase(this.#database);
    this.#database = undefined;
  }
}
