import { memoizePerConnection } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { createBreather } from '../../util/breather.ts';
import type { AccessFilter, TimeSpan } from './access-filter.ts';
import { kindColumns } from './access-kind.ts';
import type { AccessRow } from './access-row.ts';
import { stretchesWithRows, type Order, type Stretch } from './stretches.ts';

/** A place in the log, between the rows. */
export interface RowPlace {
  timestamp: number;
  id: number;
}

export interface AccessQuery extends AccessFilter {
  limit: number;
  order: Order;
  /** Behind this row. */
  after?: RowPlace;
}

type FoundRow = [timestamp: number, id: number, ...values: unknown[]];

/** How much is read before others have their turn. */
const portionRows = 500;
const end = Number.MAX_SAFE_INTEGER;

/**
 * Rows in the order of their arrival: the values of `columns`, as arrays, for which SQLite's binding takes half the
 * time of objects. They are read in portions between which other work has its turn.
 */
export async function findRows(
  stateFile: StateFile,
  columns: readonly (keyof AccessRow | 'id')[],
  { after, limit, order, ...filter }: AccessQuery,
): Promise<unknown[][]> {
  const readPortion = createReader(stateFile, columns, order);
  const breathe = createBreather();
  let place = after ?? (order === 'asc' ? { timestamp: -end, id: 0 } : { timestamp: end, id: end });
  const found: unknown[][] = [];
  for await (const stretch of stretchesWithRows(stateFile, { ...filter, ...behind(filter, order, place) }, order)) {
    for (let isMore = true; isMore && found.length < limit;) {
      await breathe();
      const wanted = Math.min(limit - found.length, portionRows);
      const portion = readPortion({ ...stretch, ...behind(stretch, order, place) }, place, wanted);
      for (const [timestamp, id, ...values] of portion) {
        place = { timestamp, id };
        found.push(values);
      }
      isMore = portion.length === wanted;
    }
    if (found.length >= limit) break;
  }
  return found;
}

/** What is behind a row, so that an index is entered there: the comparison of pairs is no way into it. */
function behind({ from, until }: TimeSpan, order: Order, { timestamp }: RowPlace): TimeSpan {
  return order === 'asc' ? { from: Math.max(from, timestamp), until } : { from, until: Math.min(until, timestamp + 1) };
}

function createReader(stateFile: StateFile, columns: readonly (keyof AccessRow | 'id')[], order: Order) {
  const prepare = (isOfKinds: boolean, index: 'access_log_by_time' | 'access_log_by_kind') =>
    memoizePerConnection((database) => database.prepare(selectRows(columns, order, isOfKinds, index)).raw());
  const any = prepare(false, 'access_log_by_time');
  const frequent = prepare(true, 'access_log_by_time');
  const rare = prepare(true, 'access_log_by_kind');
  return ({ from, until, kinds, isRare }: Stretch, { timestamp, id }: RowPlace, wanted: number): FoundRow[] => {
    const select = kinds === undefined ? any : isRare ? rare : frequent;
    const bound = [from, until, timestamp, id, ...(kinds === undefined ? [] : [JSON.stringify(kinds)]), wanted];
    return stateFile.read((database) => select(database).all(...bound) as unknown as FoundRow[]);
  };
}

/** An index alone says which rows they are; no others are read. */
function selectRows(
  columns: readonly (keyof AccessRow | 'id')[],
  order: Order,
  isOfKinds: boolean,
  index: string,
): string {
  const inOrder = `ORDER BY timestamp ${order}, id ${order}`;
  return `SELECT timestamp, access_log.id, ${columns.map(toExpression).join(', ')}
    FROM (SELECT id AS found FROM access_log INDEXED BY ${index}
          WHERE timestamp >= ? AND timestamp < ? AND (timestamp, id) ${order === 'asc' ? '>' : '<'} (?, ?)
            ${isOfKinds ? 'AND kind IN (SELECT value FROM json_each(?))' : ''}
          ${inOrder} LIMIT ?)
    CROSS JOIN access_log ON access_log.id = found
    CROSS JOIN access_kinds ON access_kinds.id = kind
    ${inOrder.replace(', id', ', access_log.id')}`;
}

function toExpression(column: keyof AccessRow | 'id'): string {
  if (column === 'id') return 'access_log.id';
  return (kindColumns as readonly string[]).includes(column) ? `nullif(${column}, '')` : column;
}
