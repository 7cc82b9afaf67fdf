import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

/** An answer that is given again to equal requests. Times are in milliseconds since the epoch. */
export interface CachedAnswer {
  key: string;
  storedAt: number;
  expiresAt: number;
  /** Those of its turn, as JSON. */
  events: string;
}

export interface CacheSize {
  entries: number;
  bytes: number;
}

/** Where answers are kept. Each method rejects with a HarnessError (INTERNAL) that says what to do when it can't be used. */
export interface CachedAnswerStore {
  /** Inserts, or replaces the one with the same key; the oldest go where it gets too large. */
  save(answer: CachedAnswer): Promise<void>;
  /** Undefined when unknown or expired. */
  find(key: string): Promise<CachedAnswer | undefined>;
  size(): Promise<CacheSize>;
  /** Deletes a bounded number of those that were stored until then; whether there are more. */
  deleteUntil(time: number): Promise<boolean>;
}

export interface CachedAnswerStoreOptions {
  /** All answers together; 0 keeps none. */
  maxBytes: number;
  now: () => number;
}

/** What goes at a time: in passing with a save, and in a step of a longer work. */
const inPassing = 8;
const atOnce = 256;

/** Answers in the state file. `prune` deletes some that have expired, and gives true while there is more to do. */
export function createCachedAnswerStore(
  stateFile: StateFile,
  { maxBytes, now }: CachedAnswerStoreOptions,
): CachedAnswerStore & { prune(): boolean } {
  const statements = memoizePerConnection(prepareStatements);

  const sizeOf = (database: StateDatabase): CacheSize => statements(database).size.get() as CacheSize;

  function insert(answer: CachedAnswer): void {
    stateFile.write((database) => {
      const { remove, add, deleteExpired, deleteOldest } = statements(database);
      // Not replaced in place, which would leave out the trigger that counts what goes.
      remove.run(answer.key);
      add.run({ ...answer, bytes: Buffer.byteLength(answer.events) });
      deleteExpired.run(now(), inPassing);
      while (sizeOf(database).bytes > maxBytes && deleteOldest.run(1).changes > 0);
    });
  }

  return {
    save: (answer) =>
      promised(() => {
        insert(answer);
      }),
    find: (key) =>
      promised(() =>
        stateFile.read((database) => statements(database).find.get(key, now()) as CachedAnswer | undefined),
      ),
    size: () => promised(() => stateFile.read(sizeOf)),
    deleteUntil: (time) =>
      promised(() =>
        stateFile.write((database) => statements(database).deleteUntil.run(time, atOnce).changes === atOnce),
      ),
    prune() {
      return stateFile.write((database) => statements(database).deleteExpired.run(now(), atOnce).changes === atOnce);
    },
  };
}

function prepareStatements(database: StateDatabase) {
  const some = (where: string): string =>
    `DELETE FROM cached_answers WHERE rowid IN (SELECT rowid FROM cached_answers ${where} LIMIT ?)`;
  return {
    remove: database.prepare('DELETE FROM cached_answers WHERE key = ?'),
    add: database.prepare(
      `INSERT INTO cached_answers (key, stored_at, expires_at, bytes, events)
       VALUES (@key, @storedAt, @expiresAt, @bytes, @events)`,
    ),
    find: database.prepare(
      `SELECT key, stored_at AS storedAt, expires_at AS expiresAt, events FROM cached_answers
       WHERE key = ? AND expires_at > ?`,
    ),
    size: database.prepare('SELECT entries, bytes FROM cached_answers_total'),
    deleteExpired: database.prepare(some('WHERE expires_at <= ?')),
    deleteOldest: database.prepare(some('ORDER BY stored_at, rowid')),
    deleteUntil: database.prepare(some('WHERE stored_at <= ?')),
  };
}
