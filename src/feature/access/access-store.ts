import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
import { toConditions, type AccessFilter, type TimeSpan } from './access-filter.ts';
import type { AccessRow } from './access-row.ts';
import { addedColumns, rowColumns, sumColumns } from './columns.ts';
import { startOf, sumRows, type Period, type UsageCounts } from './usage-sum.ts';

export interface StoredAccess extends AccessRow {
  /** In the order in which requests were recorded. */
  id: number;
}

export interface AccessQuery extends AccessFilter {
  limit: number;
  order: 'asc' | 'desc';
  /** Behind this row. */
  after?: Pick<StoredAccess, 'timestamp' | 'id'>;
}

/** Sums of one start, model or client. */
export type GroupedUsage<Key extends string | number = string | number> = UsageCounts & { key: Key };

export interface AccessSummary {
  rows: number;
  oldest: number | null;
  newest: number | null;
}

export interface Occurrence {
  status_code: number;
  error_code: string | null;
  requests: number;
}

/** Where finished requests are kept. What reads rejects, and `add` throws, a HarnessError (INTERNAL) that says what to do. */
export interface AccessStore {
  /** All of the rows and what they add to the sums, or nothing. */
  add(rows: readonly AccessRow[]): void;
  query(query: AccessQuery): Promise<readonly StoredAccess[]>;
  /** By the starts of periods, in order. */
  sumsByStart(period: Period, span: TimeSpan): Promise<readonly GroupedUsage<number>[]>;
  sumsBy(column: 'model' | 'client', period: Period, span: TimeSpan): Promise<readonly GroupedUsage<string>[]>;
  /** How many requests ended how. */
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
        const { insert, addSum, deleteExcess } = statements(database);
        for (const row of rows) insert.run({ ...row });
        for (const sum of sumRows(rows)) addSum.run({ ...sum });
        deleteExcess.run(maxRows, 2 * rows.length);
      });
    },
    query({ limit, order, after, ...filter }) {
      const { where, values } = toConditions(filter);
      const behind = after === undefined ? '' : ` AND (timestamp, id) ${order === 'asc' ? '>' : '<'} (?, ?)`;
      return read(`SELECT * FROM access_log WHERE ${where}${behind} ORDER BY timestamp ${order}, id ${order} LIMIT ?`, [
        ...values,
        ...(after === undefined ? [] : [after.timestamp, after.id]),
        limit,
      ]);
    },
    sumsByStart: (period, span) => sums<number>('start', period, span),
    sumsBy: (column, period, span) => sums<string>(column, period, span),
    occurrences(filter) {
      const { where, values } = toConditions(filter);
      return read(
        `SELECT status_code, error_code, count(*) AS requests FROM access_log WHERE ${where}
         GROUP BY status_code, error_code`,
        values,
      );
    },
    summary: () =>
      promised(() => stateFile.read((database) => statements(database).summary.get() as unknown as AccessSummary)),
    prune: () =>
      stateFile.write((database) => {
        const { deleteExpired, deleteExcess, deleteSums } = statements(database);
        const deleted = [
          deleteExpired.run(now() - keepMs, rowsAtOnce),
          deleteExcess.run(maxRows, rowsAtOnce),
          deleteSums.run('hour', now() - keepMs, rowsAtOnce),
          deleteSums.run('day', now() - keepDaysMs, rowsAtOnce),
        ];
        return deleted.some(({ changes }) => changes === rowsAtOnce);
      }),
  };
}

const summed = [
  ...addedColumns.map((name) => `sum(${name}) AS ${name}`),
  'min(first_at) AS first_at',
  'max(last_at) AS last_at',
].join(', ');

function prepareStatements(database: StateDatabase) {
  const parameters = (names: readonly string[]): string => names.map((name) => `@${name}`).join(', ');
  const added = addedColumns.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return {
    insert: database.prepare(`INSERT INTO access_log (${rowColumns.join(', ')}) VALUES (${parameters(rowColumns)})`),
    // Added and not set: during an update two services count.
    addSum: database.prepare(
      `INSERT INTO usage_sums (${sumColumns.join(', ')}) VALUES (${parameters(sumColumns)})
       ON CONFLICT (period, start, model, client) DO UPDATE SET ${added},
         first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
    ),
    deleteExpired: database.prepare(
      'DELETE FROM access_log WHERE id IN (SELECT id FROM access_log WHERE timestamp < ? ORDER BY timestamp LIMIT ?)',
    ),
    // By the ids, which are consecutive but for what went before: to count a million rows would take too long.
    deleteExcess: database.prepare(
      `DELETE FROM access_log WHERE id IN (
         SELECT id FROM access_log WHERE id <= (SELECT max(id) FROM access_log) - ? ORDER BY id LIMIT ?)`,
    ),
    deleteSums: database.prepare(
      `DELETE FROM usage_sums WHERE (period, start, model, client) IN (
         SELECT period, start, model, client FROM usage_sums WHERE period = ? AND start < ? LIMIT ?)`,
    ),
    summary: database.prepare(
      'SELECT count(*) AS rows, min(timestamp) AS oldest, max(timestamp) AS newest FROM access_log',
    ),
  };
}
