import type { Caller, SessionQuery } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
import { enqueue, type WaitingEvent } from './event-queue.ts';
import { appendEvents } from './event-table.ts';
import type { Order, Place } from './page-cursor.ts';
import { fromSessionRow, sessionColumns, toSessionRow, type SessionRow, type StoredSession } from './session-row.ts';
import type { NewEvent } from './session-change.ts';
import { inTimeRange, timeParameters } from './time-range.ts';

/** A service's right to run a session, until a time in milliseconds since the epoch. */
export interface Claim {
  by: string;
  until: number;
}

/** Where sessions are kept. Each method rejects with a HarnessError (INTERNAL) when it can't be used. */
export interface SessionStore {
  /** With what has happened before it, and what waits for its turn. */
  create(session: StoredSession, earlier: readonly NewEvent[], events: readonly WaitingEvent[]): Promise<void>;
  find(id: string): Promise<StoredSession | undefined>;
  /** Sessions of an owner from behind a place on: `createdAt`, then `id`. */
  list(
    owner: Caller,
    query: Omit<SessionQuery, 'limit' | 'page' | 'order'>,
    range: { from: Place | undefined; order: Order; limit: number },
  ): Promise<readonly StoredSession[]>;
  archive(id: string, at: number): Promise<void>;
  /** With its events, and all else that is kept of it. Whether it was there. */
  delete(id: string): Promise<boolean>;
  /** Gives the session as it was before, unless another service has the right to run it now. */
  claim(id: string, claim: Claim, now: number): Promise<StoredSession | undefined>;
  /** Prolongs all claims of a service. */
  renewClaims(claim: Claim): Promise<void>;
  releaseClaim(id: string, by: string): Promise<void>;
  /** Sessions for which a service has something to do: what nobody runs any more, and what waits and may be run. */
  listUnattended(by: string, now: number): Promise<readonly string[]>;
}

/** Sessions in the state file, whose own methods are not asynchronous. */
export function createSessionStore(stateFile: StateFile): SessionStore {
  const statements = memoizePerConnection(prepareStatements);

  function find(database: StateDatabase, id: string): StoredSession | undefined {
    const row = statements(database).find.get(id) as SessionRow | undefined;
    return row === undefined ? undefined : fromSessionRow(row);
  }

  const read = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.read(work));
  const write = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.write(work));

  return {
    create: (session, earlier, events) =>
      write((database) => {
        statements(database).insert.run({ ...toSessionRow(session) });
        appendEvents(database, session.id, earlier, session.createdAt);
        for (const event of events) enqueue(database, session.id, event);
      }),
    find: (id) => read((database) => find(database, id)),
    list: (owner, query, range) => read((database) => list(database, owner, query, range)),
    archive: (id, at) => write((database) => void statements(database).archive.run({ id, at })),
    delete: (id) => write((database) => statements(database).delete.run(id).changes > 0),
    claim: (id, { by, until }, now) =>
      write((database) => {
        const before = find(database, id);
        return statements(database).claim.run({ id, by, until, now }).changes > 0 ? before : undefined;
      }),
    renewClaims: ({ by, until }) => write((database) => void statements(database).renew.run({ by, until })),
    releaseClaim: (id, by) => write((database) => void statements(database).release.run({ id, by })),
    listUnattended: (by, now) =>
      read((database) => statements(database).unattended.pluck().all({ by, now }) as string[]),
  };
}

function list(
  database: StateDatabase,
  owner: Caller,
  { agent, version, includeArchived, statuses, created }: Omit<SessionQuery, 'limit' | 'page' | 'order'>,
  { from, order, limit }: { from: Place | undefined; order: Order; limit: number },
): readonly StoredSession[] {
  const isBehind = order === 'asc' ? '>' : '<';
  const rows = database
    .prepare(
      `SELECT ${sessionColumns} FROM sessions
       WHERE owner IS @owner AND (@at IS NULL OR (created_at, id) ${isBehind} (@at, @id))
         AND (@agent IS NULL OR agent = @agent) AND (@version IS NULL OR agent_version = @version)
         AND (@archived = 1 OR archived_at IS NULL)
         AND (@statuses IS NULL OR status IN (SELECT value FROM json_each(@statuses)))
         AND ${inTimeRange('created_at')}
       ORDER BY created_at ${order}, id ${order} LIMIT @limit`,
    )
    .all({
      ...{ owner: owner ?? null, at: from?.[0] ?? null, id: from?.[1] ?? null, limit },
      ...{ agent: agent ?? null, version: version ?? null, archived: Number(includeArchived) },
      statuses: statuses === undefined ? null : JSON.stringify(statuses),
      ...timeParameters(created),
    }) as SessionRow[];
  return rows.map(fromSessionRow);
}

function prepareStatements(database: StateDatabase) {
  return {
    insert: database.prepare(
      `INSERT INTO sessions VALUES (@id, @owner, @agentName, @agentVersion, @status, @createdAt, @updatedAt,
         @archivedAt, NULL, @activeMs, @runBy, @runUntil, @transcript, @hasTurns, @input_tokens, @output_tokens,
         @cache_creation_input_tokens, @cache_read_input_tokens, @costUsd, @maxCostUsd, @title, @metadata, @overrides)`,
    ),
    find: database.prepare(`SELECT ${sessionColumns} FROM sessions WHERE id = ?`),
    archive: database.prepare(
      `UPDATE sessions SET archived_at = @at, updated_at = @at, run_until = NULL
       WHERE id = @id AND archived_at IS NULL`,
    ),
    delete: database.prepare('DELETE FROM sessions WHERE id = ?'),
    claim: database.prepare(
      `UPDATE sessions SET run_by = @by, run_until = @until
       WHERE id = @id AND (run_by = @by OR run_until IS NULL OR run_until <= @now)`,
    ),
    renew: database.prepare('UPDATE sessions SET run_until = @until WHERE run_by = @by AND run_until IS NOT NULL'),
    release: database.prepare('UPDATE sessions SET run_until = NULL WHERE id = @id AND run_by = @by'),
    unattended: database.prepare(
      `SELECT id FROM sessions WHERE status = 'running' AND run_by <> @by AND coalesce(run_until, 0) <= @now
       UNION
       SELECT id FROM sessions
       WHERE id IN (SELECT session_id FROM session_queue UNION SELECT session_id FROM session_calls WHERE state = 'late')
         AND (run_by = @by OR coalesce(run_until, 0) <= @now) AND status <> 'terminated' AND archived_at IS NULL
       LIMIT 1000`,
    ),
  };
}
