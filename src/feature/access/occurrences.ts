import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { createBreather } from '../../util/breather.ts';
import { kindCondition, type AccessFilter, type TimeSpan } from './access-filter.ts';
import { dayOf, nextDay } from './access-kind.ts';
import { hourMs } from './usage-sum.ts';

/** How many requests ended in a way; `error_code` is `''` where none failed. */
export interface Occurrence {
  status_code: number;
  error_code: string;
  requests: number;
}

/** Whole days from their counts, and what is left at both ends from the rows; day by day or hour by hour. */
export async function countOccurrences(stateFile: StateFile, filter: AccessFilter): Promise<Occurrence[]> {
  const condition = kindCondition(filter) ?? { sql: 'true', values: [] };
  const select = memoizePerConnection((database) => ({
    range: database.prepare('SELECT min(day), max(day) FROM access_counts').raw(),
    counted: database.prepare(
      `SELECT status_code, error_code, sum(requests) AS requests
       FROM access_counts CROSS JOIN access_kinds ON id = kind
       WHERE day >= ? AND day < ? AND ${condition.sql} GROUP BY status_code, error_code`,
    ),
    rows: database.prepare(
      `SELECT status_code, error_code, count(*) AS requests
       FROM access_log INDEXED BY access_log_by_time CROSS JOIN access_kinds ON access_kinds.id = kind
       WHERE timestamp >= ? AND timestamp < ? AND ${condition.sql} GROUP BY status_code, error_code`,
    ),
  }));
  const sums = new Map<string, Occurrence>();
  const breathe = createBreather();
  const [first, last] = stateFile.read((database) => select(database).range.get() as unknown as (number | null)[]);
  if (first == null || last == null) return [];
  const { from, until } = { from: Math.max(filter.from, first), until: Math.min(filter.until, nextDay(last)) };
  for (const { isWhole, ...span } of parts({ from, until })) {
    const found = stateFile.read((database) => {
      const { counted, rows } = select(database);
      return (isWhole ? counted : rows).all(span.from, span.until, ...condition.values) as Occurrence[];
    });
    for (const each of found) add(sums, each);
    await breathe();
  }
  return [...sums.values()];
}

function add(sums: Map<string, Occurrence>, occurrence: Occurrence): void {
  const key = `${occurrence.status_code} ${occurrence.error_code}`;
  const known = sums.get(key);
  if (known === undefined) sums.set(key, occurrence);
  else known.requests += occurrence.requests;
}

/** Days of UTC, and hours where a day is not whole. */
function* parts({ from, until }: TimeSpan): Generator<TimeSpan & { isWhole: boolean }> {
  for (let at = from; at < until;) {
    const isWhole = at === dayOf(at) && nextDay(at) <= until;
    const end = isWhole ? nextDay(at) : Math.min(until, (Math.floor(at / hourMs) + 1) * hourMs);
    yield { from: at, until: end, isWhole };
    at = end;
  }
}
