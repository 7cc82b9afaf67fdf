import { setImmediate } from 'node:timers/promises';
import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { toConditions, type AccessFilter, type TimeSpan } from './access-filter.ts';
import type { AccessRow } from './access-row.ts';
import { hourMs, startOf } from './usage-sum.ts';

/** A place in the log, between the rows. */
export interface RowPlace {
  timestamp: number;
  id: number;
}

export interface AccessQuery extends AccessFilter {
  limit: number;
  order: 'asc' | 'desc';
  /** Behind this row. */
  after?: RowPlace;
}

/** How much is read before others have their turn. */
const portionRows = 500;

/**
 * Rows in the order of their arrival: the values of `columns`, as arrays, for which SQLite's binding takes half the
 * time of objects. Only hours in which there are such rows are read, in portions between which other work has its turn.
 */
export async function findRows(
  stateFile: StateFile,
  columns: readonly (keyof AccessRow | 'id')[],
  { after, limit, order, ...filter }: AccessQuery,
): Promise<unknown[][]> {
  const isAscending = order === 'asc';
  const { where } = toConditions(filter);
  const select = memoizePerConnection((database) =>
    database
      .prepare(
        `SELECT timestamp, id, ${columns.join(', ')} FROM access_log
         WHERE ${where} AND (timestamp, id) ${isAscending ? '>' : '<'} (?, ?)
         ORDER BY timestamp ${order}, id ${order} LIMIT ?`,
      )
      .raw(),
  );
  const end = Number.MAX_SAFE_INTEGER;
  let place = after ?? (isAscending ? { timestamp: -end, id: 0 } : { timestamp: end, id: end });
  const readPortion = (span: TimeSpan, wanted: number): [number, number, ...unknown[]][] => {
    const { values } = toConditions({ ...filter, ...behind(span, order, place) });
    const bound = [...values, place.timestamp, place.id, wanted];
    return stateFile.read((database) => select(database).all(...bound) as unknown as [number, number, ...unknown[]][]);
  };

  const found: unknown[][] = [];
  for (const span of spansWithRows(stateFile, { ...filter, ...behind(filter, order, place) }, order)) {
    for (let isMore = true; isMore && found.length < limit;) {
      const wanted = Math.min(limit - found.length, portionRows);
      const portion = readPortion(span, wanted);
      for (const [timestamp, id, ...values] of portion) {
        place = { timestamp, id };
        found.push(values);
      }
      isMore = portion.length === wanted;
      await setImmediate();
    }
    if (found.length >= limit) break;
  }
  return found;
}

/** What is behind a row, so that the index is entered there: the comparison of pairs is no way into it. */
function behind({ from, until }: TimeSpan, order: AccessQuery['order'], { timestamp }: RowPlace): TimeSpan {
  return order === 'asc' ? { from: Math.max(from, timestamp), until } : { from, until: Math.min(until, timestamp + 1) };
}

/** Hours that have rows of this kind; the whole time where any row is one. */
function spansWithRows(stateFile: StateFile, filter: AccessFilter, order: AccessQuery['order']): TimeSpan[] {
  const { from, until, ...kind } = filter;
  if (Object.keys(kind).length === 0) return [{ from, until }];
  const { where, values } = toConditions({ ...filter, from: startOf('hour', from) }, 'start');
  const sql = `SELECT DISTINCT start FROM access_counts WHERE ${where} ORDER BY start ${order}`;
  const starts = stateFile.read(
    (database) =>
      database
        .prepare(sql)
        .pluck()
        .all(...values) as unknown as number[],
  );
  return starts.map((start) => ({ from: Math.max(from, start), until: Math.min(until, start + hourMs) }));
}
