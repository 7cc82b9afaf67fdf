import type { SessionEvent } from '../../core/session-event.ts';
import type { Caller } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

/** Whose questions: those in the sessions of one owner, or all. */
export type Whose = { owner: Caller } | 'all';

/** A call that was asked about, as it is kept. */
export interface StoredQuestion {
  owner: Caller;
  sessionId: string;
  agent: string;
  /** Of the call. */
  event: SessionEvent;
  /** Whether an answer would still be taken. */
  isOpen: boolean;
  /** What a client has said, also where that has not taken effect yet. */
  answer?: { isAllowed: boolean; at: number | undefined };
}

/** Each method rejects with a HarnessError (INTERNAL) when the state file can't be used. */
export interface QuestionStore {
  /** Those that wait for an answer, in the order in which they were asked. */
  listOpen(whose: Whose): Promise<readonly StoredQuestion[]>;
  /** By the id of the event of the call. */
  find(whose: Whose, eventId: string): Promise<StoredQuestion | undefined>;
}

interface QuestionRow {
  owner: string | null;
  sessionId: string;
  agent: string;
  event: string;
  isOpen: number;
}

export function createQuestionStore(stateFile: StateFile): QuestionStore {
  const read = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.read(work));
  return {
    listOpen: (whose) =>
      read((database) => {
        const rows = statements(database).open.all(toParameters(whose)) as unknown as QuestionRow[];
        return rows.map(fromRow);
      }),
    find: (whose, eventId) =>
      read((database) => {
        const row = statements(database).one.get({ ...toParameters(whose), eventId }) as QuestionRow | undefined;
        return row === undefined ? undefined : { ...fromRow(row), ...findAnswer(database, row.sessionId, eventId) };
      }),
  };
}

function toParameters(whose: Whose): { everybody: number; owner: string | null } {
  return whose === 'all' ? { everybody: 1, owner: null } : { everybody: 0, owner: whose.owner ?? null };
}

function findAnswer(database: StateDatabase, sessionId: string, eventId: string): Pick<StoredQuestion, 'answer'> {
  const json = statements(database).answer.pluck().get({ sessionId, eventId }) as string | undefined;
  if (json === undefined) return {};
  const { result, processed_at: at } = JSON.parse(json) as { result: string; processed_at?: string };
  return { answer: { isAllowed: result === 'allow', at: at === undefined ? undefined : Date.parse(at) } };
}

function fromRow({ owner, sessionId, agent, event, isOpen }: QuestionRow): StoredQuestion {
  return {
    owner: owner ?? undefined,
    sessionId,
    agent,
    event: JSON.parse(event) as SessionEvent,
    isOpen: isOpen === 1,
  };
}

const statements = memoizePerConnection((database) => {
  const columns = 's.owner, s.id AS sessionId, s.agent, e.event';
  const isMeant = '(@everybody = 1 OR s.owner IS @owner)';
  const takesAnswers = `s.archived_at IS NULL AND s.status <> 'terminated'`;
  return {
    // From the few calls that wait, rather than from all sessions of the owner: a cross join keeps the order.
    open: database.prepare(
      `SELECT ${columns}, 1 AS isOpen
       FROM session_calls c CROSS JOIN sessions s ON s.id = c.session_id CROSS JOIN session_events e ON e.id = c.event_id
       WHERE c.state = 'asked' AND ${isMeant} AND ${takesAnswers}
       ORDER BY e.processed_at, e.session_id, e.seq`,
    ),
    one: database.prepare(
      `SELECT ${columns}, c.state = 'asked' AND ${takesAnswers} AS isOpen
       FROM session_events e
       JOIN sessions s ON s.id = e.session_id
       JOIN session_calls c ON c.session_id = e.session_id AND c.event_id = e.id
       WHERE e.id = @eventId AND ${isMeant} AND e.event ->> 'evaluated_permission' = 'ask'`,
    ),
    answer: database.prepare(
      `SELECT event FROM session_events
       WHERE session_id = @sessionId AND type = 'user.tool_confirmation' AND event ->> 'tool_use_id' = @eventId
       UNION ALL
       SELECT event FROM session_queue
       WHERE session_id = @sessionId AND type = 'user.tool_confirmation' AND event ->> 'tool_use_id' = @eventId
       LIMIT 1`,
    ),
  };
});
