import type { BatchEnd, BatchFamily, BatchQuery } from '../../core/batches.ts';
import type { Caller } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { toBatchNotFound } from './batch-errors.ts';
import type { BatchRow } from './batch-row.ts';

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
> & { run_by: string; run_until: number };

/** Whose batches, and of which API. */
export interface Shelf {
  caller: Caller;
  family: BatchFamily;
}

/**
 * The batches themselves. Each method throws a HarnessError (INTERNAL) when the state file can't be used. `by` is the
 * service that runs them: what it may do ends with its claim.
 */
export class BatchTable {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  /** Not to be seen before it is opened. */
  begin(batch: NewBatch): number {
    return this.#file.write((database) => Number(statements(database).insert.run({ ...batch }).lastInsertRowid));
  }

  /** All of its requests are there: it begins. Undefined where it was given up meanwhile. */
  open(seq: number, at: number): BatchRow | undefined {
    return this.#file.write((database) => statements(database).open.get({ seq, at }) as BatchRow | undefined);
  }

  /** It has ended before it began. */
  fail(seq: number, { at, noticeAt }: { at: number; noticeAt: number | null }): BatchRow | undefined {
    return this.#file.write((database) => statements(database).fail.get({ seq, at, noticeAt }) as BatchRow | undefined);
  }

  /** Gone for clients; what it consists of goes in steps. */
  discard(seq: number): void {
    this.#file.write((database) => statements(database).discard.run(seq));
  }

  get(seq: number): BatchRow | undefined {
    return this.#file.read((database) => statements(database).get.get(seq) as BatchRow | undefined);
  }

  /** Throws `BATCH_NOT_FOUND`. */
  find({ caller, family }: Shelf, id: string, now: number): BatchRow {
    return this.#file.read((database) => find(database, { caller, family }, id, now));
  }

  /** Newest first. */
  list(shelf: Shelf, query: BatchQuery, now: number): { rows: BatchRow[]; hasMore: boolean } {
    return this.#file.read((database) => list(database, shelf, query, now));
  }

  /** None of its requests begins from now on. */
  cancel(seq: number, at: number): void {
    this.#file.write((database) => statements(database).cancel.run({ seq, at }));
  }

  /** Those that are created or run, by whatever service. */
  atWork(): BatchRow[] {
    return this.#file.read((database) => statements(database).atWork.all() as BatchRow[]);
  }

  /** Whether the batch is the service's now: nobody else has it, or only who is `gone`. */
  claim(seq: number, { by, until, now, gone }: { by: string; until: number; now: number; gone?: string }): boolean {
    const claim = { seq, by, until, now, gone: gone ?? null };
    return this.#file.write((database) => {
      if (statements(database).claim.run(claim).changes === 0) return false;
      statements(database).requeue.run(seq);
      return true;
    });
  }

  /** Prolongs all claims of a service. */
  renew(by: string, until: number): void {
    this.#file.write((database) => statements(database).renew.run({ by, until }));
  }

  /** Gives back all that the service runs. */
  release(by: string): void {
    this.#file.write((database) => statements(database).release.run(by));
  }

  /** All has been answered or given up. Whether it is the service's. */
  finalize(seq: number, by: string, at: number): boolean {
    return this.#file.write((database) => statements(database).finalize.run({ seq, by, at }).changes > 0);
  }

  /** Undefined where it is not the service's any more. `details` are added to its own. */
  end(
    seq: number,
    by: string,
    {
      at,
      ending,
      details,
      noticeAt,
    }: { at: number; ending: BatchEnd; details: Readonly<Record<string, string>>; noticeAt: number | null },
  ): BatchRow | undefined {
    const change = { seq, by, at, ending, details: JSON.stringify(details), noticeAt };
    return this.#file.write((database) => statements(database).end.get(change) as BatchRow | undefined);
  }

  /** Those whose end somebody is to be told of by now. */
  toTell(now: number, limit: number): BatchRow[] {
    return this.#file.read((database) => statements(database).toTell.all(now, limit) as BatchRow[]);
  }

  /** Whether it is the caller's to tell of: nobody else has taken it, who has until `nextAt`. */
  claimNotice(row: BatchRow, nextAt: number): boolean {
    const { seq, notice_at: noticeAt } = row;
    return this.#file.write((database) => statements(database).claimNotice.run({ seq, noticeAt, nextAt }).changes > 0);
  }

  /** Somebody was told, or not, and will be at `nextAt` if that is given. */
  told(seq: number, nextAt: number | null): void {
    this.#file.write((database) => statements(database).told.run({ seq, nextAt }));
  }

  /** Of all that clients can see: how many requests there are in each state. */
  totals(now: number): BatchTotals {
    return this.#file.read((database) => statements(database).totals.get({ now }) as BatchTotals);
  }
}

export interface BatchTotals {
  batches: number;
  /** Those that are still to be answered. */
  left: number;
  succeeded: number;
  errored: number;
  canceled: number;
  expired: number;
}

function find(database: StateDatabase, { caller, family }: Shelf, id: string, now: number): BatchRow {
  const query = { owner: caller ?? null, family, id, now };
  const row = statements(database).find.get(query) as BatchRow | undefined;
  if (row === undefined) throw toBatchNotFound(id);
  return row;
}

function list(
  database: StateDatabase,
  shelf: Shelf,
  { limit, after, before }: BatchQuery,
  now: number,
): { rows: BatchRow[]; hasMore: boolean } {
  const { listOlder, listNewer } = statements(database);
  const seqOf = (id: string): number => find(database, shelf, id, now).seq;
  const query = { owner: shelf.caller ?? null, family: shelf.family, now, limit: limit + 1 };
  if (before !== undefined) {
    // Those next to it come first, which are the last of the page.
    const rows = listNewer.all({ ...query, seq: seqOf(before) }) as BatchRow[];
    return { rows: rows.slice(0, limit).toReversed(), hasMore: rows.length > limit };
  }
  const seq = after === undefined ? Number.MAX_SAFE_INTEGER : seqOf(after);
  const rows = listOlder.all({ ...query, seq }) as BatchRow[];
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

const isSeen = `status NOT IN ('creating', 'deleted') AND (gone_at > @now OR status <> 'ended')`;

const statements = memoizePerConnection((database) => ({
  insert: database.prepare(
    `INSERT INTO batches (id, owner, client, family, status, created_at, expires_at, gone_at, run_by, run_until,
       webhook, metadata, details, faults)
     VALUES (@id, @owner, @client, @family, 'creating', @created_at, @expires_at, @gone_at, @run_by, @run_until,
       @webhook, @metadata, @details, @faults)`,
  ),
  open: database.prepare(
    `UPDATE batches SET status = 'in_progress', in_progress_at = @at,
       requests = (SELECT count(*) FROM batch_requests WHERE batch = @seq)
     WHERE seq = @seq AND status = 'creating' RETURNING *`,
  ),
  fail: database.prepare(
    `UPDATE batches SET status = 'ended', ending = 'failed', ended_at = @at, notice_at = @noticeAt, run_until = NULL
     WHERE seq = @seq AND status = 'creating' RETURNING *`,
  ),
  discard: database.prepare(`UPDATE batches SET status = 'deleted', notice_at = NULL WHERE seq = ?`),
  get: database.prepare('SELECT * FROM batches WHERE seq = ?'),
  find: database.prepare(`SELECT * FROM batches WHERE id = @id AND owner IS @owner AND family = @family AND ${isSeen}`),
  listOlder: database.prepare(
    `SELECT * FROM batches WHERE owner IS @owner AND family = @family AND seq < @seq AND ${isSeen}
     ORDER BY seq DESC LIMIT @limit`,
  ),
  listNewer: database.prepare(
    `SELECT * FROM batches WHERE owner IS @owner AND family = @family AND seq > @seq AND ${isSeen}
     ORDER BY seq LIMIT @limit`,
  ),
  cancel: database.prepare(
    `UPDATE batches SET status = 'canceling', cancel_initiated_at = @at WHERE seq = @seq AND status = 'in_progress'`,
  ),
  atWork: database.prepare(`SELECT * FROM batches WHERE status <> 'ended' AND status <> 'deleted'`),
  claim: database.prepare(
    `UPDATE batches SET run_by = @by, run_until = @until
     WHERE seq = @seq AND status <> 'ended' AND status <> 'deleted' AND run_by IS NOT @by
       AND (run_until IS NULL OR run_until <= @now OR run_by = @gone)`,
  ),
  requeue: database.prepare(`UPDATE batch_requests SET state = 'queued' WHERE batch = ? AND state = 'running'`),
  renew: database.prepare(
    `UPDATE batches SET run_until = @until WHERE status <> 'ended' AND run_by = @by AND run_until IS NOT NULL`,
  ),
  release: database.prepare(
    `UPDATE batches SET run_by = NULL, run_until = NULL
     WHERE status <> 'ended' AND status <> 'creating' AND run_by = ?`,
  ),
  finalize: database.prepare(
    `UPDATE batches SET finalizing_at = coalesce(finalizing_at, @at)
     WHERE seq = @seq AND run_by = @by AND status IN ('in_progress', 'canceling')`,
  ),
  end: database.prepare(
    `UPDATE batches SET status = 'ended', ending = @ending, ended_at = @at, details = json_patch(details, @details),
       notice_at = @noticeAt, run_until = NULL
     WHERE seq = @seq AND run_by = @by AND status IN ('in_progress', 'canceling') RETURNING *`,
  ),
  toTell: database.prepare('SELECT * FROM batches WHERE notice_at <= ? ORDER BY notice_at LIMIT ?'),
  claimNotice: database.prepare(
    `UPDATE batches SET notice_at = @nextAt, notice_tries = notice_tries + 1
     WHERE seq = @seq AND notice_at = @noticeAt`,
  ),
  told: database.prepare('UPDATE batches SET notice_at = @nextAt WHERE seq = @seq AND notice_at IS NOT NULL'),
  totals: database.prepare(
    `SELECT count(*) AS batches, coalesce(sum(requests - succeeded - errored - canceled - expired), 0) AS "left",
       coalesce(sum(succeeded), 0) AS succeeded, coalesce(sum(errored), 0) AS errored,
       coalesce(sum(canceled), 0) AS canceled, coalesce(sum(expired), 0) AS expired
     FROM batches WHERE ${isSeen}`,
  ),
}));
