import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import type { SumKey, UsageSum } from './usage-sum.ts';

/** The sums in the state file, as they are published. Each method throws a HarnessError (INTERNAL). */
export interface OwnSums {
  /** As they are now; what is not there any more is left out. */
  find(keys: readonly SumKey[]): UsageSum[];
  /** All of a period that began then, in order. */
  of(period: UsageSum['period'], start: number): UsageSum[];
  /** How many requests there were in the periods from a time on, in order; of some of the first of them. */
  counts(period: UsageSum['period'], from: number): { start: number; requests: number }[];
}

/** An hour has some thousand sums at most; a hundred thousand are added up within a fiftieth of a second. */
const startsAtOnce = 24;

export function createOwnSums(stateFile: StateFile): OwnSums {
  const statements = memoizePerConnection(prepare);
  return {
    find: (keys) =>
      stateFile.read((database) =>
        keys.flatMap(({ period, start, model, client }) => {
          const sum = statements(database).find.get(period, start, model, client) as UsageSum | undefined;
          return sum === undefined ? [] : [sum];
        }),
      ),
    of: (period, start) =>
      stateFile.read((database) => statements(database).of.all(period, start) as unknown as UsageSum[]),
    counts: (period, from) =>
      stateFile.read(
        (database) =>
          statements(database).counts.all(period, from, startsAtOnce) as unknown as {
            start: number;
            requests: number;
          }[],
      ),
  };
}

function prepare(database: StateDatabase) {
  return {
    find: database.prepare('SELECT * FROM usage_sums WHERE period = ? AND start = ? AND model = ? AND client = ?'),
    of: database.prepare('SELECT * FROM usage_sums WHERE period = ? AND start = ? ORDER BY model, client'),
    counts: database.prepare(
      `SELECT start, sum(requests) AS requests FROM usage_sums WHERE period = ? AND start >= ?
       GROUP BY start ORDER BY start LIMIT ?`,
    ),
  };
}
