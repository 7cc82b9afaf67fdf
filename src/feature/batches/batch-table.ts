import type { BatchEnd, BatchFamily, BatchQuery } from '../../core/batches.ts';
import type { BatchTotals } from '../../core/batches-state.ts';
import type { Caller } from '../../core/sessions.ts';
import { all, first, run, type SharedState, type Work } from '../../state/shared-state.ts';
import { toBatchNotFound } from './batch-errors.ts';
import { detailsOf, type BatchRow } from './batch-row.ts';
import { renewLease } from './service-leases.ts';

/** What is known of a batch when its first request comes. */
export type NewBatch = Pick<
  BatchRow,
  | 'id'
  | 'owner'
  | 'client'
  | 'family'
  | 'created_at'
  | 'expires_at'
  | 'gone_at'
  | 'webhook'
  | 'metadata'
  | 'details'
  | 'faults'
> & { run_by: string };

/** Whose batches, and of which API. */
export interface Shelf {
  caller: Caller;
  family: BatchFamily;
}

/** How a batch has ended. `details` are added to its own. */
export interface BatchEnding {
  at: number;
  ending: BatchEnd;
  details: Readonly<Record<string, string>>;
  noticeAt: number | null;
}

/**
 * The batches themselves. Each method rejects with a HarnessError (INTERNAL) when the state can't be used. `by` is a service
 * that has a lease: see `ServiceLeases`.
 */
export class BatchTable {
  readonly #state: SharedState;

  constructor(state: SharedState) {
    this.#state = state;
  }

  /** Not to be seen before it is opened. Renews the lease of the service that creates it. */
  async begin(batch: NewBatch, until: number): Promise<number> {
    const row = await this.#state.write(function* () {
      yield* renewLease(batch.run_by, until);
      return yield* first<{ seq: number }>(insert, { ...batch });
    });
    if (row === undefined) throw new Error('the batch was not inserted');
    return row.seq;
  }

  /** All of its requests are there: it begins. Undefined where it was given up meanwhile. */
  open(seq: number, at: number): Promise<BatchRow | undefined> {
    return this.#state.write(() => first<BatchRow>(open, { seq, at }));
  }

  /** It has ended before it began. */
  fail(seq: number, { at, noticeAt }: { at: number; noticeAt: number | null }): Promise<BatchRow | undefined> {
    return this.#state.write(() => first<BatchRow>(fail, { seq, at, noticeAt }));
  }

  /** Gone for clients; what it consists of goes in steps. */
  async discard(seq: number): Promise<void> {
    await this.#state.write(() => run(discard, { seq }));
  }

  /** The same of one that is not created any more; no effect on one that has been opened meanwhile. Whether it was left. */
  async abandon(seq: number): Promise<boolean> {
    return (await this.#state.write(() => run(abandon, { seq }))) > 0;
  }

  /** The same of all that a service without a lease was about to create, but for the service's own. How many. */
  abandonOfOthers(by: string): Promise<number> {
    return this.#state.write(() => run(abandonOfOthers, { by }));
  }

  get(seq: number): Promise<BatchRow | undefined> {
    return this.#state.read(() => first<BatchRow>('SELECT * FROM batches WHERE seq = @seq', { seq }));
  }

  /** Throws `BATCH_NOT_FOUND`. */
  find(shelf: Shelf, id: string, now: number): Promise<BatchRow> {
    return this.#state.read(() => find(shelf, id, now));
  }

  /** Newest first. */
  list(shelf: Shelf, query: BatchQuery, now: number): Promise<{ rows: BatchRow[]; hasMore: boolean }> {
    return this.#state.read(() => list(shelf, query, now));
  }

  /** None of its requests begins from now on. */
  async cancel(seq: number, at: number): Promise<void> {
    await this.#state.write(() => run(cancel, { seq, at }));
  }

  /** Those that are created or run, by whatever service, the oldest first. */
  async atWork(): Promise<BatchRow[]> {
    // In the words of the index, which is left alone where an order is asked for: those that have ended are many more.
    const rows = await this.#state.read(() =>
      all<BatchRow>(`SELECT * FROM batches WHERE status <> 'ended' AND status <> 'deleted'`),
    );
    return rows.toSorted((one, other) => one.seq - other.seq);
  }

  /** All has been answered or given up. Whether it is the service's to end: nobody else who has a lease ends it. */
  async finalize(seq: number, by: string, at: number): Promise<boolean> {
    return (await this.#state.write(() => run(finalize, { seq, by, at }))) > 0;
  }

  /** No effect where it is not the service's any more. */
  async end(seq: number, by: string, { details, ...ending }: BatchEnding): Promise<void> {
    await this.#state.write(function* () {
      const row = yield* first<BatchRow>('SELECT * FROM batches WHERE seq = @seq', { seq });
      if (row === undefined) return;
      yield* run(end, { seq, by, ...ending, details: JSON.stringify({ ...detailsOf(row), ...details }) });
    });
  }

  /** Those whose end somebody is to be told of by now. */
  toTell(now: number, limit: number): Promise<BatchRow[]> {
    return this.#state.read(() => all<BatchRow>(toTell, { now, limit }));
  }

  /** Whether it is the caller's to tell of: nobody else has taken it, who has until `nextAt`. */
  async claimNotice({ seq, notice_at: noticeAt }: BatchRow, nextAt: number): Promise<boolean> {
    return (await this.#state.write(() => run(claimNotice, { seq, noticeAt, nextAt }))) > 0;
  }

  /** Somebody was told, or not, and will be at `nextAt` if that is given. */
  async told(seq: number, nextAt: number | null): Promise<void> {
    await this.#state.write(() => run(told, { seq, nextAt }));
  }

  /** Of all that clients can see: how many requests there are in each state. */
  async totals(now: number): Promise<BatchTotals> {
    const sums = await this.#state.read(() => first<BatchTotals>(totals, { now }));
    if (sums === undefined) throw new Error('a sum has no row');
    return sums;
  }
}

function* find({ caller, family }: Shelf, id: string, now: number): Work<BatchRow> {
  const row = yield* first<BatchRow>(select, { owner: caller ?? null, family, id, now });
  if (row === undefined) throw toBatchNotFound(id);
  return row;
}

function* list(
  shelf: Shelf,
  { limit, after, before }: BatchQuery,
  now: number,
): Work<{ rows: BatchRow[]; hasMore: boolean }> {
  const query = { owner: shelf.caller ?? null, family: shelf.family, now, limit: limit + 1 };
  if (before !== undefined) {
    const { seq } = yield* find(shelf, before, now);
    // Those next to it come first, which are the last of the page.
    const rows = yield* all<BatchRow>(listNewer, { ...query, seq });
    return { rows: rows.slice(0, limit).toReversed(), hasMore: rows.length > limit };
  }
  const seq = after === undefined ? Number.MAX_SAFE_INTEGER : (yield* find(shelf, after, now)).seq;
  const rows = yield* all<BatchRow>(listOlder, { ...query, seq });
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

const isSeen = `status NOT IN ('creating', 'deleted') AND (gone_at > @now OR status <> 'ended')`;
const isOnShelf = `owner IS NOT DISTINCT FROM @owner AND family = @family AND ${isSeen}`;

const insert = `INSERT INTO batches (id, owner, client, family, status, created_at, expires_at, gone_at, run_by,
    webhook, metadata, details, faults)
  VALUES (@id, @owner, @client, @family, 'creating', @created_at, @expires_at, @gone_at, @run_by,
    @webhook, @metadata, @details, @faults) RETURNING seq`;
const open = `UPDATE batches SET status = 'in_progress', in_progress_at = @at, run_by = NULL,
    requests = (SELECT count(*) FROM batch_requests WHERE batch = @seq)
  WHERE seq = @seq AND status = 'creating' RETURNING *`;
const fail = `UPDATE batches SET status = 'ended', ending = 'failed', ended_at = @at, notice_at = @noticeAt, run_by = NULL
  WHERE seq = @seq AND status = 'creating' RETURNING *`;
const discard = `UPDATE batches SET status = 'deleted', notice_at = NULL WHERE seq = @seq`;
const hasNoLease = 'NOT EXISTS (SELECT 1 FROM batch_services WHERE batch_services.id = run_by)';
const abandon = `UPDATE batches SET status = 'deleted' WHERE seq = @seq AND status = 'creating'`;
const abandonOfOthers = `UPDATE batches SET status = 'deleted' WHERE status = 'creating' AND run_by <> @by AND ${hasNoLease}`;
const select = `SELECT * FROM batches WHERE id = @id AND ${isOnShelf}`;
const listOlder = `SELECT * FROM batches WHERE seq < @seq AND ${isOnShelf} ORDER BY seq DESC LIMIT @limit`;
const listNewer = `SELECT * FROM batches WHERE seq > @seq AND ${isOnShelf} ORDER BY seq LIMIT @limit`;
const cancel = `UPDATE batches SET status = 'canceling', cancel_initiated_at = @at WHERE seq = @seq AND status = 'in_progress'`;
const finalize = `UPDATE batches SET finalizing_at = coalesce(finalizing_at, @at), run_by = @by
  WHERE seq = @seq AND status IN ('in_progress', 'canceling') AND requests <= succeeded + errored + canceled + expired
    AND (run_by = @by OR ${hasNoLease})`;
const end = `UPDATE batches SET status = 'ended', ending = @ending, ended_at = @at, details = @details,
    notice_at = @noticeAt, run_by = NULL
  WHERE seq = @seq AND run_by = @by AND status IN ('in_progress', 'canceling')`;
const toTell = 'SELECT * FROM batches WHERE notice_at <= @now ORDER BY notice_at LIMIT @limit';
const claimNotice = `UPDATE batches SET notice_at = @nextAt, notice_tries = notice_tries + 1
  WHERE seq = @seq AND notice_at = @noticeAt`;
const told = 'UPDATE batches SET notice_at = @nextAt WHERE seq = @seq AND notice_at IS NOT NULL';
/** PostgreSQL's sums have a type of their own, which has no end. */
const sum = (of: string): string => `CAST(coalesce(sum(${of}), 0) AS BIGINT)`;
const totals = `SELECT ${sum(`CASE WHEN status = 'ended' THEN 0 ELSE 1 END`)} AS batches,
    ${sum('requests - succeeded - errored - canceled - expired')} AS "left", ${sum('succeeded')} AS succeeded,
    ${sum('errored')} AS errored, ${sum('canceled')} AS canceled, ${sum('expired')} AS expired
  FROM batches WHERE ${isSeen}`;
