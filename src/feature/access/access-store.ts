import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
import type { AccessFilter, TimeSpan } from './access-filter.ts';
import type { AccessRow } from './access-row.ts';
import { prepareStatements, type AccessStatements } from './access-statements.ts';
import { dayOf } from './access-kind.ts';
import { rowColumns } from './columns.ts';
import { keptMs } from './expiry.ts';
import { findRows, type AccessQuery } from './find-rows.ts';
import { countOccurrences, type Occurrence } from './occurrences.ts';
import { sumPeriods, type Period, type SumKey, type UsageCounts } from './usage-sum.ts';
import { selectBy, selectByStart, type SumsQuery } from './usage-sums-query.ts';
import { writeRows } from './write-rows.ts';

export interface StoredAccess extends AccessRow {
  /** In the order in which requests were recorded. */
  id: number;
}

/** Sums of one start, model or client. */
export type GroupedUsage<Key extends string | number = string | number> = UsageCounts & { key: Key };

export interface AccessSummary {
  /** About: requests that were recorded out of their order of arrival may have left gaps. */
  rows: number;
  oldest: number | null;
  newest: number | null;
}

export type RequestTimes = Pick<AccessRow, (typeof timeColumns)[number]>;

/** Where finished requests are kept. What reads rejects, and `add` throws, a HarnessError (INTERNAL) that says what to do. */
export interface AccessStore {
  /** All of the rows and what they add to the sums, or nothing. */
  add(rows: readonly AccessRow[]): void;
  query(query: AccessQuery): Promise<readonly StoredAccess[]>;
  /** What was used through this machine, by the starts of periods, in order. */
  sumsByStart(period: Period, span: TimeSpan): Promise<readonly GroupedUsage<number>[]>;
  sumsBy(column: 'model' | 'client', period: Period, span: TimeSpan): Promise<readonly GroupedUsage<string>[]>;
  /** How long the newest requests took. */
  times(filter: AccessFilter, limit: number): Promise<readonly RequestTimes[]>;
  /** How many requests ended how, those whose rows went since there were too many included. */
  occurrences(filter: AccessFilter): Promise<readonly Occurrence[]>;
  summary(): Promise<AccessSummary>;
}

export interface AccessStoreOptions {
  /** How long after their arrival rows are kept, and sums of hours. */
  keepMs: number;
  maxRows: number;
  now: () => number;
  /** Called with the sums that have grown, once they are stored. */
  onGrown?: (sums: readonly SumKey[]) => void;
}

/** How much goes in a step of `prune`. */
const rowsAtOnce = 500;

/** The access log in the state file. `prune` deletes some of what is too old or too much, and gives true while there is more. */
export function createAccessStore(
  stateFile: StateFile,
  { keepMs, maxRows, now, onGrown }: AccessStoreOptions,
): AccessStore & { prune(): boolean } {
  const statements = memoizePerConnection(prepareStatements);
  const readSums = <Key extends string | number>({ sql, values }: SumsQuery) =>
    promised(() => stateFile.read((database) => database.prepare(sql).all(values) as unknown as GroupedUsage<Key>[]));
  return {
    add(rows) {
      const sums = stateFile.write((database) => {
        const added = writeRows(statements(database), rows);
        statements(database).deleteExcess.run(maxRows, 2 * rows.length);
        return added;
      });
      onGrown?.(sums);
    },
    async query(query) {
      const found = await findRows(stateFile, storedColumns, query);
      return found.map((values) => toObject<StoredAccess>(storedColumns, values));
    },
    async times(filter, limit) {
      const found = await findRows(stateFile, timeColumns, { ...filter, limit, order: 'desc' });
      return found.map((values) => toObject<RequestTimes>(timeColumns, values));
    },
    sumsByStart: (period, span) => readSums<number>(selectByStart(period, span)),
    sumsBy: (column, period, span) => readSums<string>(selectBy(column, period, span)),
    occurrences: (filter) => countOccurrences(stateFile, filter),
    summary: () =>
      promised(() => stateFile.read((database) => statements(database).summary.get() as unknown as AccessSummary)),
    prune: () => stateFile.write((database) => pruneSome(statements(database), { keepMs, maxRows, now })),
  };
}

/** Gives whether there is more. */
function pruneSome(statements: AccessStatements, { keepMs, maxRows, now }: AccessStoreOptions): boolean {
  const { deleteExpired, deleteExcess, deleteSums, deleteCounts, deleteKinds } = statements;
  const expiredAt = now() - keepMs;
  const isMore = [
    deleteExpired.run(expiredAt, rowsAtOnce),
    deleteExcess.run(maxRows, rowsAtOnce),
    ...sumPeriods.map((period) => deleteSums.run(period, now() - keptMs(period, keepMs), rowsAtOnce)),
  ].some(({ changes }) => changes === rowsAtOnce);
  // A day that still has rows keeps its counts, by which they are found, and they keep their kinds.
  if (isMore || deleteCounts.run(dayOf(expiredAt), rowsAtOnce).changes === rowsAtOnce) return true;
  return deleteKinds.run(rowsAtOnce).changes === rowsAtOnce;
}

const storedColumns = ['id', ...rowColumns] as const;
const timeColumns = ['queue_ms', 'first_token_ms', 'duration_ms'] as const;

function toObject<Row>(names: readonly (keyof Row & string)[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) row[name] = values[index];
  return row as Row;
}
