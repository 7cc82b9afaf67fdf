import { insertMany } from '../../../state/many-rows.ts';
import { all, first, run, type SharedState, type Work } from '../../../state/shared-state.ts';
import type { Caller, Session } from '../../../core/sessions.ts';
import { happened, waiting } from '../list-events.ts';
import type { JournalEntry } from './change-journal.ts';
import type { KnownEntries, SessionPart } from './session-part.ts';

/** A machine, as others know it. */
export interface Machine {
  /** Of its state file. */
  name: string;
  /** `server.instance`; 0 where it has none. */
  instance: number;
  host: string;
}

/** What is copied of a session in one transaction. */
export interface ReplicaPart extends Omit<SessionPart, 'session'> {
  owner: Caller;
  session: Session;
}

/** One change to be copied. */
export interface ReplicaChange extends JournalEntry {
  /** The revision that the replica has. */
  after: number;
  /** Reads the state file, once nobody else can copy anything of it; undefined where the session is gone. */
  read: (known: KnownEntries) => ReplicaPart | undefined;
}

/** The copies of one machine's sessions. Each method rejects with a HarnessError (INTERNAL) when the database can't be used. */
export interface ReplicaStore {
  /** All changes until then are copied; 0 where none is. */
  revision(): Promise<number>;
  /**
   * Copies one change, or a part of it. Gives the revision that the replica has then, which is the one before while there is
   * more of the same change; undefined, and nothing happens, where another service has copied something meanwhile.
   */
  publish(change: ReplicaChange): Promise<number | undefined>;
  /** Deletes some copies of this machine's sessions, and its revision with the last; true while there is more to do. */
  clear(): Promise<boolean>;
  /** Notes that the machine is there, and deletes some copies of those that were not since then; true while there is more. */
  prune(unseenSince: number): Promise<boolean>;
}

/** How many sessions are deleted in one transaction. */
const atOnce = 16;

/** `machine` may throw: its name is in the state file. */
export function createReplicaStore(state: SharedState, machine: () => Machine, now: () => number): ReplicaStore {
  const facts = () => {
    const { name, instance, host } = machine();
    return { machine: name, instance, host, now: now() };
  };

  return {
    async revision() {
      const row = await state.read(() => first<{ revision: number }>(selectRevision, { machine: machine().name }));
      if (row !== undefined) return row.revision;
      await state.write(() => run(insertMachine, facts()));
      return 0;
    },
    publish: ({ sessionId, revision, after, read }) =>
      state.write(function* () {
        // Whoever comes second waits here for the first, and finds another revision or what that has copied.
        if ((yield* run(lockMachine, { ...facts(), after })) === 0) return undefined;
        const part = read(yield* knownEntries(sessionId));
        if (part === undefined) yield* run(deleteOne, { id: sessionId });
        else yield* copy(part, machine().name);
        if (part?.isWhole === false) return after;
        yield* run(setRevision, { machine: machine().name, revision });
        return revision;
      }),
    clear: () =>
      state.write(function* () {
        const { name } = machine();
        const deleted = yield* run(deleteSome, { machine: name, count: atOnce });
        if (deleted === 0) yield* run(setRevision, { machine: name, revision: 0 });
        return deleted > 0;
      }),
    prune: (unseenSince) =>
      state.write(function* () {
        yield* run(touchMachine, facts());
        const unseen = yield* first<{ machine: string }>(selectUnseen, { unseenSince });
        if (unseen === undefined) return false;
        // If it comes back now, it copies all of them again.
        if ((yield* run(forgetRevision, { ...unseen, unseenSince })) === 0) return true;
        const deleted = yield* run(deleteSome, { ...unseen, count: atOnce });
        if (deleted === 0) yield* run(deleteMachine, unseen);
        return true;
      }),
  };
}

function* knownEntries(id: string): Work<KnownEntries> {
  const last = yield* first<{ place: number }>(selectLastHappened, { id, happened });
  const waits = yield* all<{ place: number }>(selectWaiting, { id, waiting });
  return { lastHappened: last?.place ?? 0, waiting: waits.map(({ place }) => place) };
}

function* copy({ owner, session, entries, gone, isWhole }: ReplicaPart, machine: string): Work<void> {
  const { id, agent, status, createdAt, archivedAt = null } = session;
  yield* run(upsertSession, {
    ...{ id, machine, owner: owner ?? null, status, createdAt, archivedAt },
    ...{ agent: agent.profile.name, version: agent.version, session: JSON.stringify(session) },
  });
  yield* insertMany(
    'replicated_session_events',
    ['session_id', 'part', 'place', 'id', 'type', 'processed_at', 'event'],
    entries.map((entry) => [id, entry.part, entry.place, entry.id, entry.type, entry.processedAt, entry.event]),
  );
  // What has taken effect is there as an event first.
  for (const place of isWhole ? gone : []) yield* run(deleteEntry, { id, waiting, place });
}

const selectRevision = 'SELECT revision FROM session_machines WHERE machine = @machine';
const insertMachine = `INSERT INTO session_machines (machine, instance, host, revision, seen_at)
  VALUES (@machine, @instance, @host, 0, @now) ON CONFLICT (machine) DO NOTHING`;
const seen = 'seen_at = @now, instance = @instance, host = @host';
const lockMachine = `UPDATE session_machines SET ${seen} WHERE machine = @machine AND revision = @after`;
const touchMachine = `UPDATE session_machines SET ${seen} WHERE machine = @machine`;
const setRevision = 'UPDATE session_machines SET revision = @revision WHERE machine = @machine';
const selectUnseen = 'SELECT machine FROM session_machines WHERE seen_at <= @unseenSince ORDER BY seen_at LIMIT 1';
const forgetRevision = 'UPDATE session_machines SET revision = 0 WHERE machine = @machine AND seen_at <= @unseenSince';
const deleteMachine = 'DELETE FROM session_machines WHERE machine = @machine';

const upsertSession = `INSERT INTO replicated_sessions
    (id, machine, owner, agent, agent_version, status, created_at, archived_at, session)
  VALUES (@id, @machine, @owner, @agent, @version, @status, @createdAt, @archivedAt, @session)
  ON CONFLICT (id) DO UPDATE SET status = excluded.status, archived_at = excluded.archived_at, session = excluded.session`;
const deleteOne = 'DELETE FROM replicated_sessions WHERE id = @id';
const deleteSome = `DELETE FROM replicated_sessions WHERE id IN
  (SELECT id FROM replicated_sessions WHERE machine = @machine LIMIT @count)`;

const selectLastHappened = `SELECT place FROM replicated_session_events
  WHERE session_id = @id AND part = @happened ORDER BY place DESC LIMIT 1`;
const selectWaiting = 'SELECT place FROM replicated_session_events WHERE session_id = @id AND part = @waiting';
const deleteEntry =
  'DELETE FROM replicated_session_events WHERE session_id = @id AND part = @waiting AND place = @place';
