import type { Values } from '../../state/shared-state.ts';
import type { TimeSpan } from './access-filter.ts';
import { addedColumns } from './columns.ts';
import { startOf, type Period } from './usage-sum.ts';

/** In the SQL that SQLite and PostgreSQL have in common. */
export interface SumsQuery {
  sql: string;
  values: Values;
}

/** PostgreSQL's sums of whole numbers are decimals otherwise. */
const whole = (sum: string): string => `CAST(${sum} AS BIGINT)`;

const summed = [
  ...addedColumns.map((name) => `${name === 'cost_usd' ? `sum(${name})` : whole(`sum(${name})`)} AS ${name}`),
  'min(first_at) AS first_at',
  'max(last_at) AS last_at',
].join(', ');

/** The sums of each hour or day, in order, of the rows that meet a condition. */
export function selectByStart(period: Period, { from, until }: TimeSpan, condition?: string): SumsQuery {
  return select('start', [[period === 'hour' ? 'whole_hour' : 'day', startOf(period, from), until]], condition);
}

/**
 * The sums of each model or client, of whole hours or days. Hours are those of whole days wherever there are such: there
 * are some thousand sums of hours to a day.
 */
export function selectBy(
  column: 'model' | 'client',
  period: Period,
  { from, until }: TimeSpan,
  condition?: string,
): SumsQuery {
  const begin = startOf(period, from);
  const firstDay = startOf('day', begin) === begin ? begin : startOf('day', startOf('day', begin) + dayAndAHalfMs);
  const lastDay = startOf('day', until);
  if (period === 'day' || firstDay >= lastDay) return select(column, [[period, begin, until]], condition);
  return select(
    column,
    [
      ['hour', begin, firstDay],
      ['day', firstDay, lastDay],
      ['hour', lastDay, until],
    ],
    condition,
  );
}

/** From the start of any day this is within the next one, however long they are. */
const dayAndAHalfMs = 36 * 60 * 60 * 1000;

type Span = [period: string, from: number, until: number];

function select(column: string, spans: readonly Span[], condition?: string): SumsQuery {
  const also = condition === undefined ? '' : ` AND ${condition}`;
  const parts = spans.map(
    (_, n) =>
      `SELECT * FROM usage_sums WHERE period = @period${n} AND start >= @from${n} AND start < @until${n}${also}`,
  );
  const values = spans.map(([period, from, until], n) => ({
    [`period${n}`]: period,
    [`from${n}`]: from,
    [`until${n}`]: until,
  }));
  return {
    sql: `SELECT ${column} AS "key", ${summed} FROM (${parts.join(' UNION ALL ')}) AS parts
      GROUP BY ${column} ORDER BY ${column}`,
    values: Object.assign({}, ...values) as Values,
  };
}
