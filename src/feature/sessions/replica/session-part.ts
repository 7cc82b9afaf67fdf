import { memoizePerConnection, type StateDatabase } from '../../../state/database.ts';
import { happened, waiting } from '../list-events.ts';
import { fromSessionRow, sessionColumns, type SessionRow, type StoredSession } from '../session-row.ts';

/** An event as it is kept, or one of a client's that has not taken effect. */
export interface SessionEntry {
  /** The first part of its place in lists of events: whether it has happened, or waits. */
  part: typeof happened | typeof waiting;
  /** Grows with each that is added to its part. */
  place: number;
  id: string;
  type: string;
  /** In milliseconds since the epoch; null while it waits. */
  processedAt: number | null;
  /** JSON. */
  event: string;
}

/** The places of the entries that a replica has. */
export interface KnownEntries {
  lastHappened: number;
  waiting: readonly number[];
}

/** A session as it is, and entries that a replica has not. */
export interface SessionPart {
  session: StoredSession;
  /** In order: those that come first, as many as the bound of bytes allows, and one at least. */
  entries: readonly SessionEntry[];
  /** Places of those that the replica has, and that wait no more. */
  gone: readonly number[];
  /** Whether these are all. */
  isWhole: boolean;
}

/** What a row takes beside its event, roughly. */
const rowBytes = 200;

/** Undefined where the session is gone. */
export function readPart(
  database: StateDatabase,
  sessionId: string,
  known: KnownEntries,
  maxBytes: number,
): SessionPart | undefined {
  const row = statements(database).session.get(sessionId) as SessionRow | undefined;
  if (row === undefined) return undefined;
  const still = new Set(statements(database).positions.pluck().all(sessionId) as number[]);
  const gone = known.waiting.filter((place) => !still.has(place));
  const entries: SessionEntry[] = [];
  let bytes = 0;
  for (const entry of unknownEntries(database, sessionId, known)) {
    bytes += Buffer.byteLength(entry.event) + rowBytes;
    if (entries.length > 0 && bytes > maxBytes) return { session: fromSessionRow(row), entries, gone, isWhole: false };
    entries.push(entry);
  }
  return { session: fromSessionRow(row), entries, gone, isWhole: true };
}

/** One by one, since each may be large. */
function* unknownEntries(
  database: StateDatabase,
  sessionId: string,
  known: KnownEntries,
): Generator<SessionEntry, void, void> {
  const { nextHappened, nextWaiting } = statements(database);
  const parts = [
    { part: happened, next: nextHappened, from: known.lastHappened },
    // They are copied in order, so that all before the last known one are known, or wait no more.
    { part: waiting, next: nextWaiting, from: Math.max(0, ...known.waiting) },
  ] as const;
  for (const { part, next, from } of parts) {
    for (let place = from; ;) {
      const found = next.get(sessionId, place) as Omit<SessionEntry, 'part'> | undefined;
      if (found === undefined) break;
      yield { part, ...found };
      place = found.place;
    }
  }
}

const statements = memoizePerConnection((database) => ({
  session: database.prepare(`SELECT ${sessionColumns} FROM sessions WHERE id = ?`),
  positions: database.prepare('SELECT position FROM session_queue WHERE session_id = ?'),
  nextHappened: database.prepare(
    `SELECT seq AS place, id, type, processed_at AS processedAt, event FROM session_events
     WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT 1`,
  ),
  nextWaiting: database.prepare(
    `SELECT position AS place, id, type, NULL AS processedAt, event FROM session_queue
     WHERE session_id = ? AND position > ? ORDER BY position LIMIT 1`,
  ),
}));
