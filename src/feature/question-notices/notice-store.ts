import { randomBytes } from 'node:crypto';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

const keyBytes = 32;

/** Each method rejects with a HarnessError (INTERNAL) when the state file can't be used. */
export interface NoticeStore {
  /** Whether it is the caller's to tell of the question: of all services and starts, one gets it. */
  claim(eventId: string, now: number): Promise<boolean>;
  /** Gives back what was claimed and not sent. */
  release(eventId: string): Promise<void>;
  /** What links are signed with: random, made once, and as old as the state file. */
  signingKey(): Promise<Uint8Array>;
}

export function createNoticeStore(stateFile: StateFile): NoticeStore {
  const write = <T>(work: (database: StateDatabase) => T): Promise<T> => promised(() => stateFile.write(work));
  return {
    claim: (eventId, now) => write((database) => statements(database).claim.run({ eventId, now }).changes > 0),
    release: (eventId) =>
      write((database) => {
        statements(database).release.run(eventId);
      }),
    signingKey: () => promised(() => stateFile.read(findKey) ?? stateFile.write(makeKey)),
  };
}

function findKey(database: StateDatabase): Uint8Array | undefined {
  return statements(database).key.pluck().get() as Uint8Array | undefined;
}

/** Another service may have made it meanwhile. */
function makeKey(database: StateDatabase): Uint8Array {
  const found = findKey(database);
  if (found !== undefined) return found;
  const key = randomBytes(keyBytes);
  statements(database).saveKey.run(key);
  return key;
}

const statements = memoizePerConnection((database) => ({
  // Of a session that was deleted meanwhile nobody is told.
  claim: database.prepare(
    `INSERT INTO question_notices (event_id, claimed_at)
     SELECT @eventId, @now WHERE EXISTS (SELECT 1 FROM session_events WHERE id = @eventId)
     ON CONFLICT DO NOTHING`,
  ),
  release: database.prepare('DELETE FROM question_notices WHERE event_id = ?'),
  key: database.prepare('SELECT key FROM link_key'),
  saveKey: database.prepare('INSERT INTO link_key (id, key) VALUES (1, ?)'),
}));
