import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';

/**
 * What becomes of a call: it runs; a client's decision or result is awaited; that was given (`answered`); it was given
 * when the process that asked was gone, and goes into the next turn (`late`); or it is not wanted any more.
 */
export type CallState = 'running' | 'asked' | 'awaited' | 'answered' | 'late' | 'withdrawn' | 'ended';

export interface StoredCall {
  /** The model's id of the call. */
  callId: string;
  /** The id of the event that tells of it. */
  eventId: string;
  state: CallState;
}

export function saveCall(database: StateDatabase, sessionId: string, { callId, eventId, state }: StoredCall): void {
  statements(database).save.run({ sessionId, callId, eventId, state });
}

export function findCall(
  database: StateDatabase,
  sessionId: string,
  by: { callId: string } | { eventId: string },
): StoredCall | undefined {
  const { byCallId, byEventId } = statements(database);
  if ('callId' in by) return byCallId.get(sessionId, by.callId) as StoredCall | undefined;
  return byEventId.get(sessionId, by.eventId) as StoredCall | undefined;
}

/** In the order in which they were called. */
export function listCalls(
  database: StateDatabase,
  sessionId: string,
  states: readonly CallState[],
): readonly StoredCall[] {
  return statements(database).list.all(sessionId, JSON.stringify(states)) as StoredCall[];
}

/** Calls that were asked about then or before, in milliseconds since the epoch, and wait for an answer. */
export function listAskedBefore(database: StateDatabase, sessionId: string, at: number): readonly StoredCall[] {
  return statements(database).askedBefore.all(sessionId, at) as StoredCall[];
}

/** Of two answers, the first one counts. Whether this is the first. */
export function markAnswered(database: StateDatabase, sessionId: string, eventId: string): boolean {
  return statements(database).markAnswered.run(sessionId, eventId).changes > 0;
}

const statements = memoizePerConnection((database) => {
  const columns = 'call_id AS callId, event_id AS eventId, state';
  return {
    save: database.prepare(
      `INSERT INTO session_calls VALUES (@sessionId, @callId, @eventId, @state)
       ON CONFLICT DO UPDATE SET event_id = excluded.event_id, state = excluded.state`,
    ),
    byCallId: database.prepare(`SELECT ${columns} FROM session_calls WHERE session_id = ? AND call_id = ?`),
    byEventId: database.prepare(`SELECT ${columns} FROM session_calls WHERE session_id = ? AND event_id = ?`),
    list: database.prepare(
      `SELECT ${columns} FROM session_calls
       WHERE session_id = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    ),
    askedBefore: database.prepare(
      `SELECT ${columns} FROM session_calls c
       WHERE session_id = ? AND state = 'asked' AND (SELECT processed_at FROM session_events WHERE id = c.event_id) <= ?
       ORDER BY rowid`,
    ),
    markAnswered: database.prepare(
      `UPDATE session_calls SET state = 'answered' WHERE session_id = ? AND event_id = ? AND state IN ('asked', 'awaited')`,
    ),
  };
});
