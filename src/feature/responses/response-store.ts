import { memoizePerConnection, releaseUnusedPages, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

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

/** Where responses are kept. Each method rejects with a HarnessError (INTERNAL) that says what to do when it can't be used. */
export interface ResponseStore {
  /** Inserts, or replaces the entry with the same id. */
  save(entry: StoredResponse): Promise<void>;
  /** Undefined when unknown or expired. */
  find(id: string): Promise<StoredResponse | undefined>;
  /** Whether it was there. */
  delete(id: string): Promise<boolean>;
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

/** Responses in the state file, whose own methods are not asynchronous. `prune` deletes some that have expired, and gives true while there is more to do. */
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

  function insert({ id, createdAt, previousId, response, inputItems }: StoredResponse): void {
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
  }

  function select(id: string): StoredResponse | undefined {
    const row = stateFile.read((database) => statements(database).find.get(id, cutoff()) as Row | undefined);
    return row === undefined ? undefined : fromRow(row);
  }

  return {
    save: (entry) =>
      promised(() => {
        insert(entry);
      }),
    find: (id) => promised(() => select(id)),
    delete: (id) =>
      promised(() => stateFile.write((database) => statements(database).delete.run(id, cutoff()).changes > 0)),
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
