import type { BatchResult } from '../../core/batches.ts';
import { deleteMany, insertMany } from '../../state/many-rows.ts';
import { all, first, firstUnlocked, releaseSpace, run, type SharedState, type Work } from '../../state/shared-state.ts';
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
 * The requests of batches. Each method rejects with a HarnessError (INTERNAL) when the state can't be used. `by` is the service
 * that runs a request; what has been taken from it meanwhile is left alone.
 */
export class RequestTable {
  readonly #state: SharedState;

  constructor(state: SharedState) {
    this.#state = state;
  }

  /** Adds requests to a batch that is being created, all or none. */
  async add(batch: number, requests: readonly NewRequest[]): Promise<void> {
    await this.#state.write(function* () {
      const rows = requests.map(({ customId, path, model, prefix }) => [
        batch,
        customId,
        path,
        model,
        prefix,
        'queued',
      ]);
      const ids = yield* insertMany<{ id: number }>('batch_requests', requestColumns, rows, 'RETURNING id');
      const bodies = ids.map(({ id }, index) => [id, requests[index]?.body ?? '']);
      yield* insertMany('batch_bodies', ['request', 'body'], bodies);
    });
  }

  /**
   * Takes the next request of a batch that waits and whose model may be asked now: those whose prompts begin alike follow each
   * other. Another service that takes one at the same time takes another.
   */
  async take(
    batch: number,
    { by, now, mayAsk }: { by: string; now: number; mayAsk: (model: string) => boolean },
  ): Promise<TakenRequest | undefined> {
    // Most of what is looked for is not there, and needs no lock.
    const found = await this.#state.read(() => findNext(batch, mayAsk, (model) => first(next, { batch, model, now })));
    if (found === undefined) return undefined;
    return this.#state.write(function* () {
      const free = yield* findNext(batch, mayAsk, (model) => firstUnlocked(next, { batch, model, now }));
      if (free === undefined || (yield* run(start, { id: free.id, batch, by })) === 0) return undefined;
      return yield* first<TakenRequest>(taken, { id: free.id });
    });
  }

  /** Keeps an answer, once. */
  async settle(
    batch: number,
    by: string,
    { id }: TakenRequest,
    { outcome, status, requestId, body, usage }: Answer,
  ): Promise<void> {
    await this.#state.write(function* () {
      if ((yield* run(finish, { id, by, state: outcome })) === 0) return;
      yield* run(addResult, { id, status, requestId, body });
      yield* run(deleteBody, { id });
      yield* run(addUsage, { batch, ...usage });
      yield* count(outcome, batch, 1);
    });
  }

  /** It waits again, until a time, and counts as having failed so often. */
  async putBack(
    by: string,
    { id }: Pick<TakenRequest, 'id'>,
    { notBefore, failures }: { notBefore: number; failures: number },
  ): Promise<void> {
    await this.#state.write(() => run(putBack, { id, by, notBefore, failures }));
  }

  /** Puts back what a service has taken without learning of it. */
  async putBackUnknown(by: string, known: ReadonlySet<number>): Promise<void> {
    await this.#state.write(function* () {
      for (const { id, failures } of yield* all<Pick<TakenRequest, 'id' | 'failures'>>(inHand, { by })) {
        if (!known.has(id)) yield* run(putBack, { id, by, notBefore: 0, failures });
      }
    });
  }

  /** Gives up some of those that wait. How many. */
  giveUp(batch: number, state: 'canceled' | 'expired'): Promise<number> {
    return this.#state.write(function* () {
      const given = yield* all<{ id: number }>(give, { batch, state, limit: stepRequests });
      const ids = given.map(({ id }) => id);
      yield* deleteMany('batch_bodies', 'request', ids);
      if (given.length > 0) yield* count(state, batch, given.length);
      return given.length;
    });
  }

  /** Results behind a request's, in the order of the requests: the id of each, and what it was. */
  async resultsAfter(batch: number, after: number): Promise<{ id: number; result: BatchResult }[]> {
    const rows = await this.#state.read(() => all<ResultRow>(results, { batch, after, limit: pageResults }));
    return rows.map((row) => ({ id: row.id, result: toResult(row) }));
  }

  /** Deletes some of what is left of batches that are gone, or were kept long enough; true while there is more to do. */
  prune(now: number): Promise<boolean> {
    return this.#state.write(function* () {
      const batch = yield* first<{ seq: number }>(gone, { now });
      if (batch !== undefined && (yield* run(deleteRequests, { batch: batch.seq, limit: stepRequests })) === 0) {
        yield* run('DELETE FROM batches WHERE seq = @seq', { seq: batch.seq });
      }
      return (yield* releaseSpace(stepPages)) || batch !== undefined;
    });
  }
}

type Found = { id: number } | undefined;

function* findNext(
  batch: number,
  mayAsk: (model: string) => boolean,
  nextOf: (model: string) => Work<Found>,
): Work<Found> {
  let model = '';
  for (let looked = 0; looked < maxModels; looked += 1) {
    const row = yield* first<{ model: string }>(nextModel, { batch, model });
    if (row === undefined) return undefined;
    model = row.model;
    const found = mayAsk(model) ? yield* nextOf(model) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function* count(state: Settled, batch: number, more: number): Work<number> {
  return yield* run(`UPDATE batches SET ${state} = ${state} + @more WHERE seq = @batch`, { batch, more });
}

function toResult({ customId, state, status, requestId, body }: ResultRow): BatchResult {
  if (status === null || requestId === null || body === null) return { customId, outcome: state };
  return { customId, outcome: state, response: { status, requestId, body: JSON.parse(body) as object } };
}

const requestColumns = ['batch', 'custom_id', 'path', 'model', 'prefix', 'state'];
const nextModel = `SELECT model FROM batch_requests WHERE batch = @batch AND state = 'queued' AND model > @model
  ORDER BY model LIMIT 1`;
const next = `SELECT id FROM batch_requests
  WHERE batch = @batch AND state = 'queued' AND model = @model AND not_before <= @now ORDER BY prefix, id LIMIT 1`;
const start = `UPDATE batch_requests SET state = 'running', run_by = @by
  WHERE id = @id AND state = 'queued'
    AND EXISTS (SELECT 1 FROM batches WHERE seq = @batch AND status = 'in_progress')`;
const taken = `SELECT id, custom_id AS "customId", path, model, failures, body
  FROM batch_requests JOIN batch_bodies ON request = id WHERE id = @id`;
const isInHand = `id = @id AND state = 'running' AND run_by = @by`;
const finish = `UPDATE batch_requests SET state = @state, run_by = NULL WHERE ${isInHand}`;
const putBack = `UPDATE batch_requests SET state = 'queued', run_by = NULL, not_before = @notBefore, failures = @failures
  WHERE ${isInHand}`;
const inHand = `SELECT id, failures FROM batch_requests WHERE state = 'running' AND run_by = @by`;
const addResult =
  'INSERT INTO batch_results (request, status, request_id, body) VALUES (@id, @status, @requestId, @body)';
const deleteBody = 'DELETE FROM batch_bodies WHERE request = @id';
const addUsage = `UPDATE batches SET input_tokens = input_tokens + @inputTokens, cached_tokens = cached_tokens + @cachedTokens,
    output_tokens = output_tokens + @outputTokens, thinking_tokens = thinking_tokens + @thinkingTokens
  WHERE seq = @batch`;
/** Checked twice: another service may have taken one, or given it up, since the inner statement found it. */
const give = `UPDATE batch_requests SET state = @state WHERE state = 'queued'
    AND id IN (SELECT id FROM batch_requests WHERE batch = @batch AND state = 'queued' LIMIT @limit)
  RETURNING id`;
const results = `SELECT id, custom_id AS "customId", state, status, request_id AS "requestId", body
  FROM batch_requests LEFT JOIN batch_results ON request = id
  WHERE batch = @batch AND id > @after AND state NOT IN ('queued', 'running') ORDER BY id LIMIT @limit`;
const gone = `SELECT seq FROM batches WHERE status = 'deleted' UNION ALL
  SELECT seq FROM batches WHERE status = 'ended' AND gone_at <= @now LIMIT 1`;
const deleteRequests = `DELETE FROM batch_requests WHERE id IN
  (SELECT id FROM batch_requests WHERE batch = @batch LIMIT @limit)`;
