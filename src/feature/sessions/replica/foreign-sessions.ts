import type { SessionEvent } from '../../../core/session-event.ts';
import type { Caller, EventQuery, Session, SessionQuery } from '../../../core/sessions.ts';
import { all, type SharedState } from '../../../state/shared-state.ts';
import type { ListedEvent } from '../list-events.ts';
import type { Order, Place } from '../page-cursor.ts';
import { isBehind, isEqual, isOneOf, isWithin, joined, type Clauses } from './clauses.ts';

export interface PlaceRange {
  from: Place | undefined;
  order: Order;
  limit: number;
}

/**
 * The sessions of other machines, as those have told last. Each method rejects with a HarnessError (INTERNAL) when the
 * database can't be used.
 */
export interface ForeignSessions {
  find(caller: Caller, id: string): Promise<Session | undefined>;
  /** The session in which an event of this id has happened. */
  findByEvent(caller: Caller, eventId: string): Promise<Session | undefined>;
  /** From behind a place on: `createdAt`, then `id`. */
  list(
    caller: Caller,
    query: Omit<SessionQuery, 'limit' | 'page' | 'order'>,
    range: PlaceRange,
  ): Promise<readonly Session[]>;
  /** As of the machine's own: those that wait come after all others. */
  events(
    sessionId: string,
    query: Pick<EventQuery, 'types' | 'created'>,
    range: PlaceRange,
  ): Promise<readonly ListedEvent[]>;
}

interface SessionRow {
  session: string;
  instance: number;
  host: string;
}

interface EventRow {
  part: number;
  place: number;
  id: string;
  event: string;
  processedAt: number | null;
}

const isForeign = 's.machine <> @machine AND s.owner IS NOT DISTINCT FROM @owner';

/** `machine` gives the name of this machine, whose sessions are not among them. */
export function createForeignSessions(state: SharedState, machine: () => string): ForeignSessions {
  async function select(caller: Caller, clauses: readonly Clauses[], tail = ''): Promise<readonly Session[]> {
    const whose = { conditions: [isForeign], values: { owner: caller ?? null, machine: machine() } };
    const { conditions, values } = joined([whose, ...clauses]);
    const sql = `SELECT s.session, m.instance, m.host
      FROM replicated_sessions s JOIN session_machines m ON m.machine = s.machine
      WHERE ${conditions.join(' AND ')} ${tail}`;
    return (await state.read(() => all<SessionRow>(sql, values))).map(fromRow);
  }

  return {
    find: async (caller, id) => (await select(caller, [isEqual('s.id', id)]))[0],
    async findByEvent(caller, eventId) {
      const isItsSession = 's.id IN (SELECT session_id FROM replicated_session_events WHERE id = @eventId)';
      return (await select(caller, [{ conditions: [isItsSession], values: { eventId } }]))[0];
    },
    list: (caller, { agent, version, includeArchived, statuses, created }, { from, order, limit }) =>
      select(
        caller,
        [
          isEqual('s.agent', agent),
          isEqual('s.agent_version', version),
          isOneOf('s.status', statuses),
          isWithin('s.created_at', created),
          isBehind(['s.created_at', 's.id'], from && [from[0], String(from[1])], order),
          { conditions: includeArchived ? [] : ['s.archived_at IS NULL'], values: { limit } },
        ],
        `ORDER BY s.created_at ${order}, s.id ${order} LIMIT @limit`,
      ),
    async events(sessionId, { types, created }, { from, order, limit }) {
      const { conditions, values } = joined([
        isEqual('session_id', sessionId),
        isOneOf('type', types),
        isWithin('processed_at', created),
        isBehind(['part', 'place'], from && [from[0], toNumber(from[1])], order),
      ]);
      const sql = `SELECT part, place, id, event, processed_at AS "processedAt" FROM replicated_session_events
        WHERE ${conditions.join(' AND ')} ORDER BY part ${order}, place ${order} LIMIT @limit`;
      return (await state.read(() => all<EventRow>(sql, { ...values, limit }))).map(fromEventRow);
    },
  };
}

/** A page of another list may have any text there. */
function toNumber(part: number | string): number {
  return Number.isSafeInteger(Number(part)) ? Number(part) : 0;
}

function fromRow({ session, instance, host }: SessionRow): Session {
  return {
    ...(JSON.parse(session) as Session),
    machine: instance === 0 ? host : `${host} (server.instance ${instance})`,
  };
}

function fromEventRow({ part, place, id, event, processedAt }: EventRow): ListedEvent {
  const kept = JSON.parse(event) as SessionEvent;
  // What waits is kept as its client has sent it.
  return {
    place: [part, place],
    event: processedAt === null ? ({ ...kept, id, processed_at: null } as SessionEvent) : kept,
  };
}
