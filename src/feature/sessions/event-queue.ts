import type { ClientEvent } from '../../core/session-event.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';

/** An event of a client that has not taken effect. */
export interface WaitingEvent {
  id: string;
  event: ClientEvent;
}

/** Its place among those that wait. */
export interface QueuedEvent extends WaitingEvent {
  position: number;
}

/** What acts at once; messages take their turn. */
const urgentTypes: readonly ClientEvent['type'][] = [
  'user.interrupt',
  'user.tool_confirmation',
  'user.custom_tool_result',
];

interface QueueRow {
  position: number;
  id: string;
  event: string;
}

/** In the caller's transaction, as are the others. */
export function enqueue(database: StateDatabase, sessionId: string, { id, event }: WaitingEvent): void {
  statements(database).insert.run({ sessionId, id, type: event.type, event: JSON.stringify(event) });
}

export function dequeue(database: StateDatabase, sessionId: string, id: string): void {
  statements(database).delete.run(sessionId, id);
}

/** All that waits, in order. */
export function listQueue(database: StateDatabase, sessionId: string): readonly QueuedEvent[] {
  return (statements(database).list.all(sessionId) as QueueRow[]).map(fromRow);
}

/** The first one that acts at once, or the first message. */
export function firstQueued(
  database: StateDatabase,
  sessionId: string,
  which: 'urgent' | 'message',
): QueuedEvent | undefined {
  const isUrgent = Number(which === 'urgent');
  const types = JSON.stringify(urgentTypes);
  const row = statements(database).first.get({ sessionId, types, isUrgent }) as QueueRow | undefined;
  return row === undefined ? undefined : fromRow(row);
}

function fromRow({ position, id, event }: QueueRow): QueuedEvent {
  return { position, id, event: JSON.parse(event) as ClientEvent };
}

const statements = memoizePerConnection((database) => ({
  insert: database.prepare(
    'INSERT INTO session_queue (session_id, id, type, event) VALUES (@sessionId, @id, @type, @event)',
  ),
  delete: database.prepare('DELETE FROM session_queue WHERE session_id = ? AND id = ?'),
  list: database.prepare('SELECT position, id, event FROM session_queue WHERE session_id = ? ORDER BY position'),
  first: database.prepare(
    `SELECT position, id, event FROM session_queue
     WHERE session_id = @sessionId AND (type IN (SELECT value FROM json_each(@types))) = @isUrgent
     ORDER BY position LIMIT 1`,
  ),
}));
