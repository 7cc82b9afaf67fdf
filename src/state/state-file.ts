import { resolve } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { closeDatabase, openDatabase, type StateDatabase } from './database.ts';
import { identityOf, makeFile, moveAside } from './disk-file.ts';
import { migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations.ts';
import { Outages, type Use } from './outages.ts';
import { isDamage, troubleOf } from './sqlite-errors.ts';

export interface StateFileOptions {
  path: string;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  migrations?: readonly string[];
}

/**
 * The one file in which the service keeps what outlives it. Opened at its first use, and again after trouble with it: a
 * use that fails says what is wrong and what to do as a HarnessError, and later ones try again, at a bounded rate. A
 * damaged file is moved aside, and a new one made. Other services and programs may have the file open as well.
 */
export class StateFile {
  readonly #path: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #migrations: readonly string[];
  readonly #outages: Outages;
  #database: StateDatabase | undefined;
  /** Of the file that was opened last, or was tried to be. */
  #identity: string | undefined;
  #isClosed = false;

  constructor({ path, log, now, migrations = allMigrations }: StateFileOptions) {
    // Absolute, so that no name has a meaning of its own to SQLite, such as `:memory:`.
    this.#path = resolve(path);
    this.#log = log;
    this.#now = now;
    this.#migrations = migrations;
    this.#outages = new Outages(this.#path, log, now);
  }

  /** Runs synchronous work that only reads; it works beside another program's writing. */
  read<T>(work: (database: StateDatabase) => T): T {
    return this.#use('read', work);
  }

  /** Runs synchronous work in a transaction: all of it is kept, or nothing when it throws. */
  write<T>(work: (database: StateDatabase) => T): T {
    return this.#use('write', (database) => database.transaction(work).immediate(database));
  }

  /** Ends all use; what comes later is refused. */
  close(): void {
    this.#isClosed = true;
    this.#disconnect();
  }

  #use<T>(use: Use, work: (database: StateDatabase) => T): T {
    if (this.#isClosed) throw new HarnessError('DRAINING', 'The harness is shutting down.');
    this.#outages.throwWhileResting(use);
    // SQLite keeps what it found at the opening, such as a file that it can only read.
    if (this.#outages.isOut(use)) this.#disconnect();
    try {
      const result = this.#attempt(work);
      this.#outages.worked(use);
      return result;
    } catch (error) {
      const trouble = troubleOf(this.#path, error);
      if (trouble === undefined) throw error;
      this.#outages.failed(use, trouble);
      throw trouble;
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
    // Of a file that was removed or replaced, SQLite would go on to write into what nobody finds any more.
    if (this.#database !== undefined && identityOf(this.#path) === this.#identity) return this.#database;
    this.#disconnect();
    makeFile(this.#path);
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
    // Another service with the same file may have been faster; what lies there then is new.
    if (identityOf(this.#path) !== this.#identity) return;
    const aside = moveAside(this.#path, this.#now());
    this.#log.error(`The state file ${this.#path} is damaged; it is now ${aside}, and a new one is made.`, { error });
  }

  #disconnect(): void {
    if (this.#database !== undefined) closeDatabase(this.#database);
    this.#database = undefined;
  }
}
