import { unboundedWindowMs } from '../../core/plan-windows.ts';
import { isSameWindow } from '../../core/same-window.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';

/** That a window of the plan is used to a threshold, a share from 0 to 1. */
export interface Crossing {
  /** Whose plan it is; absent where there is but one login. */
  login?: string;
  /** Of the window. */
  type: string;
  threshold: number;
  /** Milliseconds since the epoch. */
  resetsAt?: number;
}

/** What lasts until it is over; of several logins each has its own. */
export type Trouble = 'login' | `login ${string}` | 'failures';

/**
 * What the owner was told, by all services and starts together. Times are milliseconds since the epoch. Each method throws a
 * HarnessError (INTERNAL) when the state file can't be used.
 */
export interface AlertStore {
  /** Whether it is the caller's to tell: nobody has told of this window that it is used so far, or further. */
  claimCrossing(crossing: Crossing, now: number): boolean;
  /** Gives back what was claimed and not sent. */
  releaseCrossing(crossing: Crossing): void;
  /** Notes that the trouble was seen; whether it is the caller's to tell of it. */
  raise(trouble: Trouble, now: number): boolean;
  /** Whether it is the caller's to tell that the trouble is over: it was told, and not seen after `quietSince`, if given. */
  end(trouble: Trouble, quietSince?: number): boolean;
  isRaised(trouble: Trouble): boolean;
}

export function createAlertStore(stateFile: StateFile): AlertStore {
  return {
    claimCrossing(crossing, now) {
      // Most of what is seen was told, and needs no lock.
      if (stateFile.read((database) => isTold(database, crossing, now))) return false;
      return stateFile.write((database) => claimCrossing(database, crossing, now));
    },
    releaseCrossing({ login = '', type, threshold }) {
      stateFile.write((database) => statements(database).deleteCrossing.run(login, type, threshold));
    },
    raise: (trouble, now) =>
      stateFile.write((database) => {
        const { addTrouble, noteTrouble } = statements(database);
        if (addTrouble.run(trouble, now).changes > 0) return true;
        noteTrouble.run(now, trouble);
        return false;
      }),
    end: (trouble, quietSince = Number.MAX_SAFE_INTEGER) =>
      stateFile.write((database) => statements(database).deleteTrouble.run(trouble, quietSince).changes > 0),
    isRaised: (trouble) => stateFile.read((database) => statements(database).findTrouble.get(trouble) !== undefined),
  };
}

interface CrossingRow {
  threshold: number;
  resets_at: number | null;
  told_at: number;
}

function claimCrossing(database: StateDatabase, crossing: Crossing, now: number): boolean {
  // Another service may have told it meanwhile.
  if (isTold(database, crossing, now)) return false;
  const { login = '', type, threshold, resetsAt = null } = crossing;
  statements(database).putCrossing.run(login, type, threshold, resetsAt, now);
  return true;
}

function isTold(database: StateDatabase, { login = '', type, threshold, resetsAt }: Crossing, now: number): boolean {
  const told = statements(database).findCrossing.get(login, type) as CrossingRow | undefined;
  return told !== undefined && told.threshold >= threshold && isOf(told, resetsAt, now);
}

/** Whether it was told of the window as it is now, rather than of an earlier one. */
function isOf(told: CrossingRow, resetsAt: number | undefined, now: number): boolean {
  if (!isSameWindow(told.resets_at ?? undefined, resetsAt)) return false;
  return resetsAt !== undefined || now < told.told_at + unboundedWindowMs;
}

const statements = memoizePerConnection((database) => ({
  findCrossing: database.prepare(
    'SELECT threshold, resets_at, told_at FROM alert_crossings WHERE login = ? AND type = ?',
  ),
  putCrossing: database.prepare(
    'INSERT OR REPLACE INTO alert_crossings (login, type, threshold, resets_at, told_at) VALUES (?, ?, ?, ?, ?)',
  ),
  deleteCrossing: database.prepare('DELETE FROM alert_crossings WHERE login = ? AND type = ? AND threshold = ?'),
  findTrouble: database.prepare('SELECT 1 FROM alert_troubles WHERE name = ?'),
  addTrouble: database.prepare('INSERT INTO alert_troubles (name, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING'),
  noteTrouble: database.prepare('UPDATE alert_troubles SET seen_at = max(seen_at, ?) WHERE name = ?'),
  deleteTrouble: database.prepare('DELETE FROM alert_troubles WHERE name = ? AND seen_at <= ?'),
}));
