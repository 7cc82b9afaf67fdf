import { all, first, releaseSpace, run, type SharedState, type Work } from '../../state/shared-state.ts';

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
  /** Who makes it, while it is being made in the background. */
  claim?: Claim;
}

/** That a service makes a response, in the background. */
export interface Claim {
  /** The service. */
  by: string;
  /** When the claim ends unless it is renewed, in milliseconds since the epoch. */
  until: number;
}

/** Where responses are kept. Each method rejects with a HarnessError (INTERNAL) that says what to do when it can't be used. */
export interface ResponseStore {
  /** Inserts, or replaces the entry with the same id. */
  save(entry: StoredResponse): Promise<void>;
  /** The same for one that is now being made. Whether it is kept. */
  begin(entry: StoredResponse, claim: Claim): Promise<boolean>;
  /** Replaces one that was being made by this service, unless it was deleted meanwhile. */
  finish(entry: StoredResponse, by: string): Promise<void>;
  /** Prolongs the claims of a service, and gives those that there are: what was deleted is missing. */
  renew(claim: Claim): Promise<readonly ClaimedResponse[]>;
  /** Asks whoever makes it to end it. */
  cancel(id: string): Promise<void>;
  /** Undefined when unknown or expired. */
  find(id: string): Promise<StoredResponse | undefined>;
  /** Whether it was there. */
  delete(id: string): Promise<boolean>;
}

export interface ClaimedResponse {
  id: string;
  /** Whether somebody has asked for its end. */
  isCancelled: boolean;
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

type FoundRow = Row & { by: string | null; until: number | null };

/** Responses in shared state. `prune` deletes some that have expired, and gives true while there is more to do. */
export function createResponseStore(
  state: SharedState,
  { keepMs, now }: ResponseStoreOptions,
): ResponseStore & { prune(): Promise<boolean> } {
  /** What was created then, or before, has expired. */
  const cutoff = (): number => now() - keepMs;

  function* prune({ entries, pages }: Bounds): Work<boolean> {
    const count = yield* run(deleteExpired, { cutoff: cutoff(), count: entries });
    const hasMoreSpace = yield* releaseSpace(pages);
    return count === entries || hasMoreSpace;
  }

  /** `also`: work of the same transaction, whose outcome says whether the entry is to be kept. */
  async function insert(entry: StoredResponse, also?: () => Work<boolean>): Promise<void> {
    if (keepMs === 0) return;
    const row = toRow(entry);
    await state.write(function* () {
      if (also !== undefined && !(yield* also())) return;
      yield* run(upsert, { ...row });
      yield* prune(inPassing);
    });
  }

  return {
    save: (entry) => insert(entry),
    async begin(entry, { by, until }) {
      const { id } = entry;
      await insert(entry, () => isChange(run(claim, { id, by, until })));
      return keepMs > 0;
    },
    finish: (entry, by) => insert(entry, () => isChange(run(release, { id: entry.id, by }))),
    async renew({ by, until }) {
      const rows = await state.write(() => all<{ id: string; isCancelled: number }>(prolong, { by, until }));
      return rows.map(({ id, isCancelled }) => ({ id, isCancelled: isCancelled === 1 }));
    },
    async cancel(id) {
      await state.write(() => run(askForEnd, { id }));
    },
    async find(id) {
      const row = await state.read(() => first<FoundRow>(select, { id, cutoff: cutoff() }));
      return row === undefined ? undefined : fromRow(row);
    },
    delete: (id) =>
      state.write(function* () {
        yield* run(deleteClaim, { id });
        return yield* isChange(run(deleteOne, { id, cutoff: cutoff() }));
      }),
    prune: () =>
      state.write(function* () {
        yield* run(deleteOldClaims, { cutoff: cutoff() });
        return yield* prune(atOnce);
      }),
  };
}

const upsert = `INSERT INTO responses (id, created_at, previous_id, response, input_items)
  VALUES (@id, @createdAt, @previousId, @response, @inputItems)
  ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at, previous_id = excluded.previous_id,
    response = excluded.response, input_items = excluded.input_items`;
const select = `SELECT responses.id, created_at AS "createdAt", previous_id AS "previousId", response,
    input_items AS "inputItems", run_by AS "by", run_until AS "until"
  FROM responses LEFT JOIN response_runs ON response_runs.id = responses.id
  WHERE responses.id = @id AND created_at > @cutoff`;
const deleteOne = 'DELETE FROM responses WHERE id = @id AND created_at > @cutoff';
const deleteExpired = `DELETE FROM responses WHERE id IN
  (SELECT id FROM responses WHERE created_at <= @cutoff ORDER BY created_at LIMIT @count)`;

const claim = `INSERT INTO response_runs (id, run_by, run_until) VALUES (@id, @by, @until)
  ON CONFLICT (id) DO UPDATE SET run_by = excluded.run_by, run_until = excluded.run_until, is_cancelled = 0`;
const release = 'DELETE FROM response_runs WHERE id = @id AND run_by = @by';
const prolong = `UPDATE response_runs SET run_until = @until WHERE run_by = @by
  RETURNING id, is_cancelled AS "isCancelled"`;
const askForEnd = 'UPDATE response_runs SET is_cancelled = 1 WHERE id = @id';
const deleteClaim = 'DELETE FROM response_runs WHERE id = @id';
/** Of services that ended without a word: whether they claimed it or nobody does is all the same by now. */
const deleteOldClaims = 'DELETE FROM response_runs WHERE run_until <= @cutoff';

function* isChange(changes: Work<number>): Work<boolean> {
  return (yield* changes) > 0;
}

function toRow({ id, createdAt, previousId, response, inputItems }: StoredResponse): Row {
  return {
    ...{ id, createdAt, previousId: previousId ?? null },
    ...{ response: JSON.stringify(response), inputItems: JSON.stringify(inputItems) },
  };
}

function fromRow({ id, createdAt, previousId, response, inputItems, by, until }: FoundRow): StoredResponse {
  return {
    id,
    createdAt,
    response: JSON.parse(response) as object,
    inputItems: JSON.parse(inputItems) as object[],
    ...(previousId === null ? {} : { previousId }),
    ...(by !== null && until !== null && { claim: { by, until } }),
  };
}
