import { memoizePerConnection, releaseUnusedPages, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';

/** A response that later requests may ask for, or go on from. */
export interface StoredResponse {
  id: string;
  /** In milliseconds since the epoch. */
  createdAt: number;
  /** As it went to the client. */
  response: object;
  /** The input of its own request, without that of the responses before it, in order and with ids. */
  inputItems: readonly object[];
  /** The response that it went on from. */
  previousId?: string;
}

/** Each throws a HarnessError (INTERNAL) that says what to do when the state file can't be used. */
export interface ResponseStore {
  /** Inserts, or replaces the entry with the same id. */
  save(entry: StoredResponse): void;
  /** Undefined when unknown or expired. */
  find(id: string): StoredResponse | undefined;
  /** Whether it was there. */
  delete(id: string): boolean;
}

export interface ResponseStoreOptions {
  /** How long after its creation an entry is found; 0 stores nothing. */
  keepMs: number;
  now: () => number;
}

/** How much of what has expired goes at a time: in passing with a save, and in a step of `prune`. */
const inPassing: Bounds = { entries: 2, pages: 256 };
const atOnce: Bounds = { entries: 16, pages: 2048 };

interface Bounds {
  entries: number;
  pages: number;
}

interface Row {
  id: string;
  createdAt: number;
  previousId: string | null;
  response: string;
  inputItems: string;
}

/** Responses in the state file. `prune` deletes some that have expired, and gives true while there is more to do. */
export function createResponseStore(
  stateFile: StateFile,
  { keepMs, now }: ResponseStoreOptions,
): ResponseStore & { prune(): boolean } {
  const statements = memoizePerConnection(prepareStatements);
  /** What was created then, or before, has expired. */
  const cutoff = (): number => now() - keepMs;

  function prune(database: StateDatabase, { entries, pages }: Bounds): boolean {
    const { changes } = statements(database).deleteExpired.run(cutoff(), entries);
    const hasMoreSpace = releaseUnusedPages(database, pages);
    return changes === entries || hasMoreSpace;
  }

  return {
    save({ id, createdAt, previousId, response, inputItems }) {
      if (keepMs === 0) return;
      const row: Row = {
        id,
        createdAt,
        previousId: previousId ?? null,
        response: JSON.stringify(response),
        inputItems: JSON.stringify(inputItems),
      };
      stateFile.write((database) => {
        statements(database).save.run(row);
        prune(database, inPassing);
      });
    },
    find(id) {
      const row = stateFile.read((database) => statements(database).find.get(id, cutoff()) as Row | undefined);
      return row === undefined ? undefined : fromRow(row);
    },
    delete(id) {
      return stateFile.write((database) => statements(database).delete.run(id, cutoff()).changes > 0);
    },
    prune() {
      return stateFile.write((database) => prune(database, atOnce));
    },
  };
}

function prepareStatements(database: StateDatabase) {
  return {
    save: database.prepare(
      `INSERT OR REPLACE INTO responses (id, created_at, previous_id, response, input_items)
       VALUES (@id, @createdAt, @previousId, @response, @inputItems)`,
    ),
    find: database.prepare(
      `SELECT id, created_at AS createdAt, previous_id AS previousId, response, input_items AS inputItems
       FROM responses WHERE id = ? AND created_at > ?`,
    ),
    delete: database.prepare('DELETE FROM responses WHERE id = ? AND created_at > ?'),
    deleteExpired: database.prepare(
      `DELETE FROM responses WHERE rowid IN
         (SELECT rowid FROM responses WHERE created_at <= ? ORDER BY created_at LIMIT ?)`,
    ),
  };
}

function fromRow({ id, createdAt, previousId, response, inputItems }: Row): StoredResponse {
  return {
    id,
    createdAt,
    response: JSON.parse(response) as object,
    inputItems: JSON.parse(inputItems) as object[],
    ...(previousId === null ? {} : { previousId }),
  };
}
