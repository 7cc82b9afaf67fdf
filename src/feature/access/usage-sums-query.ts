import type { TimeSpan } from './access-filter.ts';
import { addedColumns } from './columns.ts';
import { startOf, type Period } from './usage-sum.ts';

interface Query {
  sql: string;
  values: (string | number)[];
}

const summed = [
  ...addedColumns.map((name) => `sum(${name}) AS ${name}`),
  'min(first_at) AS first_at',
  'max(last_at) AS last_at',
].join(', ');

/** The sums of each hour or day, in order. */
export function selectByStart(period: Period, { from, until }: TimeSpan): Query {
  return select('start', [[period === 'hour' ? 'whole_hour' : 'day', startOf(period, from), until]]);
}

/**
 * The sums of each model or client, of whole hours or days. Hours are those of whole days wherever there are such: there
 * are some thousand sums of hours to a day.
 */
export function selectBy(column: 'model' | 'client', period: Period, { from, until }: TimeSpan): Query {
  const begin = startOf(period, from);
  const firstDay = startOf('day', begin) === begin ? begin : startOf('day', startOf('day', begin) + dayAndAHalfMs);
  const lastDay = startOf('day', until);
  if (period === 'day' || firstDay >= lastDay) return select(column, [[period, begin, until]]);
  return select(column, [
    ['hour', begin, firstDay],
    ['day', firstDay, lastDay],
    ['hour', lastDay, until],
  ]);
}

/** From the start of any day this is within the next one, however long they are. */
const dayAndAHalfMs = 36 * 60 * 60 * 1000;

function select(column: string, spans: [period: string, from: number, until: number][]): Query {
  const parts = spans.map(() => 'SELECT * FROM usage_sums WHERE period = ? AND start >= ? AND start < ?');
  return {
    sql: `SELECT ${column} AS key, ${summed} FROM (${parts.join(' UNION ALL ')}) GROUP BY ${column} ORDER BY ${column}`,
    values: spans.flat(),
  };
}
