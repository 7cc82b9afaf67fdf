import type { SessionEvent } from '../../core/session-event.ts';
import type { EventQuery } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import { listQueue } from './event-queue.ts';
import { fromRow } from './event-table.ts';
import type { Order, Place } from './page-cursor.ts';
import { inTimeRange, isBounded, timeParameters } from './time-range.ts';

export interface ListedEvent {
  place: Place;
  event: SessionEvent;
}

interface Range {
  from: Place | undefined;
  order: Order;
  limit: number;
}

type Filter = Pick<EventQuery, 'types' | 'created'>;

/** First parts of places: what waits comes after all that has happened. */
export const happened = 0;
export const waiting = 1;

/** Up to `limit` events in that order, from behind a place on. What waits has no time yet, so bounds of time exclude it. */
export function listEntries(
  database: StateDatabase,
  sessionId: string,
  filter: Filter,
  range: Range,
): readonly ListedEvent[] {
  const parts = [listHappened, listWaiting];
  const found: ListedEvent[] = [];
  for (const listPart of range.order === 'asc' ? parts : parts.reverse()) {
    const limit = range.limit - found.length;
    if (limit > 0) found.push(...listPart(database, sessionId, filter, { ...range, limit }));
  }
  return found;
}

function listHappened(
  database: StateDatabase,
  sessionId: string,
  { types, created }: Filter,
  { from, order, limit }: Range,
): ListedEvent[] {
  // From a place among those that wait: in descending order all that has happened is still to come, else none of it.
  if (from?.[0] === waiting && order === 'asc') return [];
  const seq = from?.[0] === happened ? Number(from[1]) : null;
  const rows = statements(database)[order].all({
    ...{ sessionId, seq, limit },
    types: types === undefined ? null : JSON.stringify(types),
    ...timeParameters(created),
  }) as { seq: number; event: string }[];
  return rows.map((row) => ({ place: [happened, row.seq], event: fromRow(row).event }));
}

function listWaiting(
  database: StateDatabase,
  sessionId: string,
  { types, created }: Filter,
  { from, order, limit }: Range,
): ListedEvent[] {
  if (isBounded(created) || (from?.[0] === happened && order === 'desc')) return [];
  const queue = listQueue(database, sessionId).filter(
    ({ position, event }) =>
      (types === undefined || types.includes(event.type)) &&
      (from?.[0] !== waiting || (order === 'asc' ? position > Number(from[1]) : position < Number(from[1]))),
  );
  return (order === 'asc' ? queue : queue.reverse()).slice(0, limit).map(({ position, id, event }) => ({
    place: [waiting, position],
    event: { ...event, id, processed_at: null },
  }));
}

const statements = memoizePerConnection((database) => {
  const select = (order: Order) =>
    database.prepare(
      `SELECT seq, event FROM session_events
       WHERE session_id = @sessionId AND (@seq IS NULL OR seq ${order === 'asc' ? '>' : '<'} @seq)
         AND (@types IS NULL OR type IN (SELECT value FROM json_each(@types))) AND ${inTimeRange('processed_at')}
       ORDER BY seq ${order} LIMIT @limit`,
    );
  return { asc: select('asc'), desc: select('desc') };
});
