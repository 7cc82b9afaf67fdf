import type { PlanWindow } from '../../core/plan-windows.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';

const minuteMs = 60 * 1000;
/** As long as a month, so that a week can be compared with four others. */
const keptMs = 35 * 24 * 60 * minuteMs;
/** How much goes in a step of `prune`. */
const rowsAtOnce = 500;

/** How much of a window was used at a time, in milliseconds since the epoch. */
export interface CurvePoint {
  at: number;
  utilization: number;
  /** Which of the windows of its type it was. */
  resetsAt: number | null;
}

/** Which window of which login's plan, as in `PlanWindow`. */
export type WindowName = Pick<PlanWindow, 'login' | 'type'>;

/** What was seen of the plan's windows. Each method throws a HarnessError (INTERNAL) that says what to do. */
export interface SampleStore {
  /** Of several within a minute, the last stays. */
  add(samples: readonly PlanWindow[]): void;
  /** The last of each type and login. */
  newest(): PlanWindow[];
  /** From `from` on, in order, at most about `limit`: of what lies close together, the last. */
  curve(window: WindowName, span: { from: number; until: number }, limit: number): CurvePoint[];
  /** Deletes some of what is too old, and gives true while there is more. */
  prune(): boolean;
}

interface Row {
  login: string;
  type: string;
  status: PlanWindow['status'];
  utilization: number | null;
  resets_at: number | null;
  observed_at: number;
}

export function createSampleStore(stateFile: StateFile, now: () => number): SampleStore {
  const statements = memoizePerConnection(prepareStatements);
  return {
    add(samples) {
      stateFile.write((database) => {
        for (const { login = '', type, status, observedAt, utilization = null, resetsAt = null } of samples) {
          const minute = Math.floor(observedAt / minuteMs) * minuteMs;
          statements(database).add.run(login, type, minute, observedAt, status, utilization, resetsAt);
        }
      });
    },
    newest: () =>
      stateFile.read((database) => (statements(database).newest.all() as unknown as Row[]).map(toPlanWindow)),
    curve({ login = '', type }, { from, until }, limit) {
      const step = Math.max(1, Math.ceil((until - from) / limit));
      const bound = [login, type, from - minuteMs, from, until, step];
      return stateFile.read((database) => statements(database).curve.all(...bound) as CurvePoint[]);
    },
    prune: () =>
      stateFile.write(
        (database) => statements(database).deleteOld.run(now() - keptMs, rowsAtOnce).changes === rowsAtOnce,
      ),
  };
}

function toPlanWindow({ login, type, status, utilization, resets_at, observed_at: observedAt }: Row): PlanWindow {
  return {
    ...(login !== '' && { login }),
    type,
    status,
    observedAt,
    ...(utilization !== null && { utilization }),
    ...(resets_at !== null && { resetsAt: resets_at }),
  };
}

function prepareStatements(database: StateDatabase) {
  return {
    add: database.prepare(
      `INSERT OR REPLACE INTO plan_samples (login, type, minute, observed_at, status, utilization, resets_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    // Of the columns that are not summed, SQLite gives those of the row with the maximum.
    newest: database.prepare(
      `SELECT login, type, status, utilization, resets_at, max(observed_at) AS observed_at FROM plan_samples
       GROUP BY login, type`,
    ),
    curve: database.prepare(
      `SELECT max(observed_at) AS at, utilization, resets_at AS resetsAt FROM plan_samples
       WHERE login = ? AND type = ? AND minute > ? AND observed_at >= ? AND observed_at < ? AND utilization IS NOT NULL
       GROUP BY minute / ? ORDER BY at`,
    ),
    deleteOld: database.prepare(
      `DELETE FROM plan_samples WHERE (login, type, minute) IN
         (SELECT login, type, minute FROM plan_samples WHERE minute < ? LIMIT ?)`,
    ),
  };
}
