import type { BatchResult } from '../../core/batches.ts';
import { memoizePerConnection, releaseUnusedPages, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import type { Settled } from './batch-row.ts';

/** A request as it comes. */
export interface NewRequest {
  customId: string;
  path: string;
  /** JSON. */
  body: string;
  model: string;
  prefix: number;
}

/** A request whose turn it is. */
export interface TakenRequest {
  id: number;
  customId: string;
  path: string;
  body: string;
  model: string;
  /** How often it has failed so far, in a way that may be its own. */
  failures: number;
}

/** The outcome of a request. */
export interface Answer {
  outcome: 'succeeded' | 'errored';
  status: number;
  requestId: string;
  /** JSON. */
  body: string;
  usage: { inputTokens: number; cachedTokens: number; outputTokens: number; thinkingTokens: number };
}

interface ResultRow {
  id: number;
  customId: string;
  state: Settled;
  status: number | null;
  requestId: string | null;
  body: string | null;
}

/** How many models of a batch are looked at for one that may run now. */
const maxModels = 100;
/** Requests given up, or deleted, in one step; a step takes some milliseconds. */
const stepRequests = 250;
const stepPages = 2048;
const pageResults = 32;

/**
 * The requests of batches. Each method throws a HarnessError (INTERNAL) when the state file can't be used. `by` is the service
 * that runs the batch; what another one has taken over is left alone.
 */
export class RequestTable {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Adds requests to a batch that is being created, all or none. */
  add(batch: number, requests: readonly NewRequest[]): void {
    this.#file.write((database) => {
      const { insert, insertBody } = statements(database);
      for (const { body, ...request } of requests) {
        const { lastInsertRowid } = insert.run({ batch, ...request });
        insertBody.run(lastInsertRowid, body);
      }
    });
  }

  /**
   * Takes the next request of a batch that waits and whose model may be asked now: those whose prompts begin alike follow each
   * other.
   */
  take(
    batch: number,
    { by, now, mayAsk }: { by: string; now: number; mayAsk: (model: string) => boolean },
  ): TakenRequest | undefined {
    // Most of what is looked for is not there, and needs no lock.
    if (this.#file.read((database) => findNext(database, batch, now, mayAsk)) === undefined) return undefined;
    return this.#file.write((database) => {
      const next = findNext(database, batch, now, mayAsk);
      if (next === undefined || statements(database).start.run({ id: next, batch, by }).changes === 0) return undefined;
      return statements(database).taken.get(next) as TakenRequest;
    });
  }

  /** Keeps an answer, once. Whether it was the service's to give. */
  settle(
    batch: number,
    by: string,
    { id }: TakenRequest,
    { outcome, status, requestId, body, usage }: Answer,
  ): boolean {
    return this.#file.write((database) => {
      const { finish, addResult, deleteBody, count, addUsage } = statements(database);
      if (finish.run({ id, batch, by, state: outcome }).changes === 0) return false;
      addResult.run(id, status, requestId, body);
      deleteBody.run(id);
      count(outcome).run(1, batch);
      addUsage.run({ batch, ...usage });
      return true;
    });
  }

  /** It waits again, until a time, and counts as having failed so often. */
  putBack(
    batch: number,
    by: string,
    { id }: TakenRequest,
    { notBefore, failures }: { notBefore: number; failures: number },
  ): void {
    this.#file.write((database) => statements(database).putBack.run({ id, batch, by, notBefore, failures }));
  }

  /** Gives up some of those that wait. How many. */
  giveUp(batch: number, by: string, state: 'canceled' | 'expired'): number {
    return this.#file.write((database) => {
      const { give, deleteBody, count } = statements(database);
      const ids = give.pluck().all({ batch, by, state, limit: stepRequests }) as number[];
      for (const id of ids) deleteBody.run(id);
      if (ids.length > 0) count(state).run(ids.length, batch);
      return ids.length;
    });
  }

  /** Results behind a request's, in the order of the requests: the id of each, and what it was. */
  resultsAfter(batch: number, after: number): { id: number; result: BatchResult }[] {
    const rows = this.#file.read(
      (database) => statements(database).results.all({ batch, after, limit: pageResults }) as ResultRow[],
    );
    return rows.map((row) => ({ id: row.id, result: toResult(row) }));
  }

  /** Deletes some of what is left of batches that are gone, or were kept long enough; true while there is more to do. */
  prune(now: number): boolean {
    return this.#file.write((database) => {
      const { gone, deleteRequests, deleteBatch } = statements(database);
      const batch = gone.pluck().get({ now }) as number | undefined;
      if (batch !== undefined && deleteRequests.run(batch, stepRequests).changes === 0) deleteBatch.run(batch);
      return releaseUnusedPages(database, stepPages) || batch !== undefined;
    });
  }
}

function findNext(
  database: StateDatabase,
  batch: number,
  now: number,
  mayAsk: (model: string) => boolean,
): number | undefined {
  const { nextModel, first } = statements(database);
  let model = '';
  for (let looked = 0; looked < maxModels; looked += 1) {
    const next = nextModel.pluck().get({ batch, model }) as string | undefined;
    if (next === undefined) return undefined;
    model = next;
    const found = mayAsk(model) ? (first.pluck().get({ batch, model, now }) as number | undefined) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function toResult({ customId, state, status, requestId, body }: ResultRow): BatchResult {
  if (status === null || requestId === null || body === null) return { customId, outcome: state };
  return { customId, outcome: state, response: { status, requestId, body: JSON.parse(body) as object } };
}

const isOwn = 'EXISTS (SELECT 1 FROM batches WHERE seq = @batch AND run_by = @by AND run_until IS NOT NULL)';

const statements = memoizePerConnection((database) => {
  const counts = {
    succeeded: database.prepare('UPDATE batches SET succeeded = succeeded + ? WHERE seq = ?'),
    errored: database.prepare('UPDATE batches SET errored = errored + ? WHERE seq = ?'),
    canceled: database.prepare('UPDATE batches SET canceled = canceled + ? WHERE seq = ?'),
    expired: database.prepare('UPDATE batches SET expired = expired + ? WHERE seq = ?'),
  };
  return {
    count: (state: Settled) => counts[state],
    insert: database.prepare(
      `INSERT INTO batch_requests (batch, custom_id, path, model, prefix, state)
       VALUES (@batch, @customId, @path, @model, @prefix, 'queued')`,
    ),
    insertBody: database.prepare('INSERT INTO batch_bodies (request, body) VALUES (?, ?)'),
    nextModel: database.prepare(
      `SELECT model FROM batch_requests WHERE batch = @batch AND state = 'queued' AND model > @model
       ORDER BY model LIMIT 1`,
    ),
    first: database.prepare(
      `SELECT id FROM batch_requests
       WHERE batch = @batch AND state = 'queued' AND model = @model AND not_before <= @now
       ORDER BY prefix, id LIMIT 1`,
    ),
    start: database.prepare(
      `UPDATE batch_requests SET state = 'running'
       WHERE id = @id AND state = 'queued' AND ${isOwn}
         AND EXISTS (SELECT 1 FROM batches WHERE seq = @batch AND status = 'in_progress')`,
    ),
    taken: database.prepare(
      `SELECT id, custom_id AS customId, path, model, failures, body
       FROM batch_requests JOIN batch_bodies ON request = id WHERE id = ?`,
    ),
    finish: database.prepare(
      `UPDATE batch_requests SET state = @state WHERE id = @id AND state = 'running' AND ${isOwn}`,
    ),
    addResult: database.prepare('INSERT INTO batch_results (request, status, request_id, body) VALUES (?, ?, ?, ?)'),
    deleteBody: database.prepare('DELETE FROM batch_bodies WHERE request = ?'),
    addUsage: database.prepare(
      `UPDATE batches SET input_tokens = input_tokens + @inputTokens, cached_tokens = cached_tokens + @cachedTokens,
         output_tokens = output_tokens + @outputTokens, thinking_tokens = thinking_tokens + @thinkingTokens
       WHERE seq = @batch`,
    ),
    putBack: database.prepare(
      `UPDATE batch_requests SET state = 'queued', not_before = @notBefore, failures = @failures
       WHERE id = @id AND state = 'running' AND ${isOwn}`,
    ),
    give: database.prepare(
      `UPDATE batch_requests SET state = @state
       WHERE id IN (SELECT id FROM batch_requests WHERE batch = @batch AND state = 'queued' LIMIT @limit) AND ${isOwn}
       RETURNING id`,
    ),
    results: database.prepare(
      `SELECT id, custom_id AS customId, state, status, request_id AS requestId, body
       FROM batch_requests LEFT JOIN batch_results ON request = id
       WHERE batch = @batch AND id > @after AND state NOT IN ('queued', 'running') ORDER BY id LIMIT @limit`,
    ),
    gone: database.prepare(
      `SELECT seq FROM batches WHERE status = 'deleted' UNION ALL
       SELECT seq FROM batches WHERE status = 'ended' AND gone_at <= @now LIMIT 1`,
    ),
    deleteRequests: database.prepare(
      'DELETE FROM batch_requests WHERE id IN (SELECT id FROM batch_requests WHERE batch = ? LIMIT ?)',
    ),
    deleteBatch: database.prepare('DELETE FROM batches WHERE seq = ?'),
  };
});
