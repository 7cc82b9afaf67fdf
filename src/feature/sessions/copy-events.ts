import type { SessionEvent } from '../../core/session-event.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import { conversationTypes } from './past-of-events.ts';

/** What was said and done; what went on around it is the other session's alone. */
const copiedTypes: readonly SessionEvent['type'][] = [
  ...conversationTypes,
  'system.message',
  'user.tool_confirmation',
  'agent.thinking',
];

/** The fields in which an event names another one. */
const references = ['tool_use_id', 'mcp_tool_use_id', 'custom_tool_use_id', 'parent_tool_use_id'] as const;

interface CopiedRow {
  type: string;
  at: number;
  event: string;
}

/**
 * Gives a session that has no events those of another one, in the caller's transaction: with ids of their own, and the
 * times at which they happened.
 */
export function copyEvents(database: StateDatabase, from: string, to: string, newEventId: () => string): void {
  const rows = statements(database).select.all(from, JSON.stringify(copiedTypes)) as unknown as CopiedRow[];
  const ids = new Map<unknown, string>();
  for (const [index, { type, at, event }] of rows.entries()) {
    const copied = JSON.parse(event) as Record<string, unknown>;
    const id = newEventId();
    ids.set(copied['id'], id);
    for (const field of references) {
      if (field in copied) copied[field] = ids.get(copied[field]) ?? copied[field];
    }
    const values = { sessionId: to, seq: index + 1, id, type, at };
    statements(database).insert.run({ ...values, event: JSON.stringify({ ...copied, id }) });
  }
}

const statements = memoizePerConnection((database) => ({
  select: database.prepare(
    `SELECT type, processed_at AS at, event FROM session_events
     WHERE session_id = ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  ),
  insert: database.prepare('INSERT INTO session_events VALUES (@sessionId, @seq, @id, @type, @at, @event)'),
}));
