import type { SessionEvent } from '../../core/session-event.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { NewEvent, PlacedEvent } from './session-change.ts';

interface EventRow {
  seq: number;
  event: string;
}

/** Behind all that has happened, in the caller's transaction. */
export function appendEvents(
  database: StateDatabase,
  sessionId: string,
  events: readonly NewEvent[],
  at: number,
): readonly PlacedEvent[] {
  const first = (lastPlace(database, sessionId) ?? 0) + 1;
  const processedAt = new Date(at).toISOString();
  return events.map((body, index) => {
    const placed = { seq: first + index, event: { ...body, processed_at: processedAt } };
    const { id, type } = body;
    statements(database).insert.run({
      ...{ sessionId, id, type, at },
      seq: placed.seq,
      event: JSON.stringify(placed.event),
    });
    return placed;
  });
}

export function eventsAfter(
  database: StateDatabase,
  sessionId: string,
  seq: number,
  limit: number,
): readonly PlacedEvent[] | undefined {
  if (statements(database).session.get(sessionId) === undefined) return undefined;
  return (statements(database).after.all(sessionId, seq, limit) as EventRow[]).map(fromRow);
}

/** 0 where nothing has happened yet; undefined where there is no such session. */
export function lastPlace(database: StateDatabase, sessionId: string): number | undefined {
  return statements(database).last.pluck().get(sessionId) as number | undefined;
}

export function placeOfEvent(database: StateDatabase, sessionId: string, id: string): number | undefined {
  return statements(database).place.pluck().get(sessionId, id) as number | undefined;
}

/** In order. */
export function findEvents(
  database: StateDatabase,
  sessionId: string,
  { ids, type }: { ids?: readonly string[]; type?: string },
): readonly SessionEvent[] {
  const rows = statements(database).find.all({
    sessionId,
    ids: ids === undefined ? null : JSON.stringify(ids),
    type: type ?? null,
  }) as EventRow[];
  return rows.map((row) => fromRow(row).event);
}

/** What was said before the session's first turn, in order. */
export function findEarlier(database: StateDatabase, sessionId: string): readonly SessionEvent[] {
  return (statements(database).earlier.all({ sessionId }) as EventRow[]).map((row) => fromRow(row).event);
}

/** What clients have said to the calls of these events, in order. */
export function findAnswers(
  database: StateDatabase,
  sessionId: string,
  eventIds: readonly string[],
): readonly SessionEvent[] {
  const rows = statements(database).answers.all(sessionId, JSON.stringify(eventIds)) as EventRow[];
  return rows.map((row) => fromRow(row).event);
}

/** When the last event took effect, in milliseconds since the epoch. */
export function lastEventAt(database: StateDatabase, sessionId: string): number | undefined {
  return statements(database).lastAt.pluck().get(sessionId) as number | undefined;
}

export function fromRow({ seq, event }: EventRow): PlacedEvent {
  return { seq, event: JSON.parse(event) as SessionEvent };
}

const statements = memoizePerConnection((database) => ({
  session: database.prepare('SELECT 1 FROM sessions WHERE id = ?'),
  insert: database.prepare('INSERT INTO session_events VALUES (@sessionId, @seq, @id, @type, @at, @event)'),
  after: database.prepare(
    'SELECT seq, event FROM session_events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?',
  ),
  last: database.prepare(
    `SELECT coalesce((SELECT max(seq) FROM session_events WHERE session_id = sessions.id), 0)
     FROM sessions WHERE id = ?`,
  ),
  lastAt: database.prepare('SELECT processed_at FROM session_events WHERE session_id = ? ORDER BY seq DESC LIMIT 1'),
  place: database.prepare('SELECT seq FROM session_events WHERE session_id = ? AND id = ?'),
  earlier: database.prepare(
    `SELECT seq, event FROM session_events
     WHERE session_id = @sessionId AND type IN ('user.message', 'agent.message') AND NOT EXISTS (
       SELECT 1 FROM session_events AS begun
       WHERE begun.session_id = @sessionId AND begun.type = 'session.status_running' AND begun.seq < session_events.seq)
     ORDER BY seq`,
  ),
  answers: database.prepare(
    `SELECT seq, event FROM session_events
     WHERE session_id = ? AND type IN ('user.tool_confirmation', 'user.custom_tool_result')
       AND coalesce(event ->> 'tool_use_id', event ->> 'custom_tool_use_id') IN (SELECT value FROM json_each(?))
     ORDER BY seq`,
  ),
  find: database.prepare(
    `SELECT seq, event FROM session_events
     WHERE session_id = @sessionId AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids)))
       AND (@type IS NULL OR type = @type) ORDER BY seq`,
  ),
}));
