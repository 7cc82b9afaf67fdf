import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
import type { AccessFilter, TimeSpan } from './access-filter.ts';
import type { AccessRow } from './access-row.ts';
import { prepareStatements } from './access-statements.ts';
import { addedColumns, rowColumns, sumColumns } from './columns.ts';
import { findRows, type AccessQuery } from './find-rows.ts';
import { occurrencesOf, type Occurrence } from './occurrences.ts';
import { countColumns, countRows } from './request-count.ts';
import { startOf, sumRows, type Period, type UsageCounts } from './usage-sum.ts';

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
  /** By the starts of periods, in order. */
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
}

const dayMs = 24 * 60 * 60 * 1000;
/** Sums of days are small. */
const keepDaysMs = 2 * 365 * dayMs;
/** How much goes in a step of `prune`. */
const rowsAtOnce = 500;

/** The access log in the state file. `prune` deletes some of what is too old or too much, and gives true while there is more. */
export function createAccessStore(
  stateFile: StateFile,
  { keepMs, maxRows, now }: AccessStoreOptions,
): AccessStore & { prune(): boolean } {
  const statements = memoizePerConnection(prepareStatements);
  const read = <Row>(sql: string, values: readonly (string | number)[]): Promise<readonly Row[]> =>
    promised(() => stateFile.read((database) => database.prepare(sql).all(...values) as Row[]));
  const sums = <Key extends string | number>(column: string, period: Period, { from, until }: TimeSpan) =>
    read<GroupedUsage<Key>>(
      `SELECT ${column} AS key, ${summed} FROM usage_sums WHERE period = ? AND start >= ? AND start < ?
       GROUP BY ${column} ORDER BY ${column}`,
      [period, startOf(period, from), until],
    );
  return {
    add(rows) {
      stateFile.write((database) => {
        const { insert, addSum, addCount, deleteExcess } = statements(database);
        for (const row of rows) insert.run(...rowColumns.map((name) => row[name]));
        for (const sum of sumRows(rows)) addSum.run(...sumColumns.map((name) => sum[name]));
        for (const count of countRows(rows)) addCount.run(...countColumns.map((name) => count[name]));
        deleteExcess.run(maxRows, 2 * rows.length);
      });
    },
    async query(query) {
      const found = await findRows(stateFile, storedColumns, query);
      return found.map((values) => toObject<StoredAccess>(storedColumns, values));
    },
    async times(filter, limit) {
      const found = await findRows(stateFile, timeColumns, { ...filter, limit, order: 'desc' });
      return found.map((values) => toObject<RequestTimes>(timeColumns, values));
    },
    sumsByStart: (period, span) => sums<number>('start', period, span),
    sumsBy: (column, period, span) => sums<string>(column, period, span),
    occurrences(filter) {
      const { sql, values } = occurrencesOf(filter);
      return read(sql, values);
    },
    summary: () =>
      promised(() => stateFile.read((database) => statements(database).summary.get() as unknown as AccessSummary)),
    prune: () =>
      stateFile.write((database) => {
        const { deleteExpired, deleteExcess, deleteSums, deleteCounts } = statements(database);
        const deleted = [
          deleteExpired.run(now() - keepMs, rowsAtOnce),
          deleteExcess.run(maxRows, rowsAtOnce),
          deleteSums.run('hour', now() - keepMs, rowsAtOnce),
          deleteSums.run('day', now() - keepDaysMs, rowsAtOnce),
          // An hour that still has rows keeps its counts.
          deleteCounts.run(startOf('hour', now() - keepMs), rowsAtOnce),
        ];
        return deleted.some(({ changes }) => changes === rowsAtOnce);
      }),
  };
}

const storedColumns = ['id', ...rowColumns] as const;
const timeColumns = ['queue_ms', 'first_token_ms', 'duration_ms'] as const;

function toObject<Row>(names: readonly (keyof Row & string)[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) row[name] = values[index];
  return row as Row;
}

const summed = [
  ...addedColumns.map((name) => `sum(${name}) AS ${name}`),
  'min(first_at) AS first_at',
  'max(last_at) AS last_at',
].join(', ');
