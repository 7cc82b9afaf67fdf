import { memoizePerConnection, type StateDatabase } from '../../../state/database.ts';
import type { StateFile } from '../../../state/state-file.ts';

/** That a session was created, changed or deleted. */
export interface JournalEntry {
  /** Grows with every change of any session of the state file. */
  revision: number;
  sessionId: string;
}

/**
 * In which order the sessions of the state file have changed, each with its last change alone. The file keeps it by itself,
 * whichever service writes. Each method throws a HarnessError (INTERNAL) when the file can't be used.
 */
export interface ChangeJournal {
  /** Of the newest change that there ever was; 0 where there was none. */
  lastRevision(): number;
  /** The first entry behind a revision. */
  next(after: number): JournalEntry | undefined;
  /** Whether a replica that has all changes up to a revision can go on from there. If not, it has to begin anew. */
  continues(revision: number): boolean;
  /** From now on deletions are noted, for a replica that begins. */
  begin(): void;
  /** A replica has all changes up to this one: deletions until then need not be noted any more. */
  confirm(revision: number): void;
  /** There is no replica any more, and none is to be continued: deletions are not noted. */
  end(): void;
}

export function createChangeJournal(file: StateFile): ChangeJournal {
  const replicaRevision = (database: StateDatabase) => statements(database).replica.pluck().get() as number | undefined;
  const lastRevision = (database: StateDatabase) =>
    (statements(database).last.pluck().get() as number | undefined) ?? 0;
  return {
    lastRevision: () => file.read(lastRevision),
    next: (after) => file.read((database) => statements(database).next.get(after) as JournalEntry | undefined),
    continues: (revision) =>
      file.read((database) => {
        // One that has less than was confirmed, or more than there is, is of another time than the file: of a backup.
        const confirmed = replicaRevision(database);
        return confirmed !== undefined && confirmed <= revision && revision <= lastRevision(database);
      }),
    begin() {
      file.write((database) => statements(database).begin.run());
    },
    confirm(revision) {
      // Most changes are no deletions, and then nothing is written.
      if (file.read((database) => statements(database).deletion.get(revision) === undefined)) return;
      file.write((database) => {
        statements(database).confirm.run({ revision });
        statements(database).forget.run({ revision });
      });
    },
    end() {
      if (file.read(replicaRevision) === undefined) return;
      file.write((database) => {
        statements(database).end.run();
        statements(database).forget.run({ revision: lastRevision(database) });
      });
    },
  };
}

const statements = memoizePerConnection((database) => ({
  last: database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'session_changes'"),
  next: database.prepare(
    'SELECT revision, session_id AS sessionId FROM session_changes WHERE revision > ? ORDER BY revision LIMIT 1',
  ),
  replica: database.prepare('SELECT revision FROM session_replica'),
  begin: database.prepare(
    'INSERT INTO session_replica VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision',
  ),
  deletion: database.prepare('SELECT 1 FROM session_changes WHERE is_deleted = 1 AND revision <= ? LIMIT 1'),
  confirm: database.prepare('UPDATE session_replica SET revision = max(revision, @revision)'),
  forget: database.prepare('DELETE FROM session_changes WHERE is_deleted = 1 AND revision <= @revision'),
  end: database.prepare('DELETE FROM session_replica'),
}));
