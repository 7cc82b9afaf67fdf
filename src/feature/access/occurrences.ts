import { toConditions, type AccessFilter, type TimeSpan } from './access-filter.ts';
import { hourMs } from './usage-sum.ts';

/** How many requests ended in a way; `error_code` is `''` where none failed. */
export interface Occurrence {
  status_code: number;
  error_code: string;
  requests: number;
}

/** The SQL that gives occurrences: whole hours from their counts, and what is left at both ends from the rows. */
export function occurrencesOf(filter: AccessFilter): { sql: string; values: (string | number)[] } {
  const { whole, before, after } = splitByHours(filter);
  const parts = [
    selectFrom('access_counts', 'start', { ...filter, ...whole }),
    selectFrom('access_log', 'timestamp', { ...filter, ...before }),
    selectFrom('access_log', 'timestamp', { ...filter, ...after }),
  ];
  return {
    sql: `SELECT status_code, error_code, sum(requests) AS requests
          FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) GROUP BY status_code, error_code`,
    values: parts.flatMap(({ values }) => values),
  };
}

function selectFrom(table: 'access_counts' | 'access_log', time: 'start' | 'timestamp', filter: AccessFilter) {
  const { where, values } = toConditions(filter, time);
  const requests = table === 'access_counts' ? 'sum(requests)' : 'count(*)';
  const sql = `SELECT status_code, coalesce(error_code, '') AS error_code, ${requests} AS requests FROM ${table}
               WHERE ${where} GROUP BY status_code, ${table}.error_code`;
  return { sql, values };
}

/** Any of the three may be empty, which is one that does not begin before its end. */
function splitByHours({ from, until }: TimeSpan): Record<'whole' | 'before' | 'after', TimeSpan> {
  const first = Math.ceil(from / hourMs) * hourMs;
  const last = Math.max(first, Math.floor(until / hourMs) * hourMs);
  return {
    before: { from, until: Math.min(first, until) },
    whole: { from: first, until: last },
    after: { from: last, until },
  };
}
