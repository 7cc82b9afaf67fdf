import { all, run, type Value, type Work } from '../../state/shared-state.ts';

/** In one statement: each takes a way to the database and back. */
const rowsAtOnce = 50;

/** Inserts rows in their order, as many as there may be; gives what `returning` asks for of each, in the same order. */
export function* insertMany<Row extends object>(
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  returning = '',
): Work<Row[]> {
  const returned: Row[] = [];
  for (const some of portions(rows)) {
    const values: Record<string, Value> = {};
    const tuples = some.map((row, index) => parameters(values, row, `_${index}`));
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples.join(', ')} ${returning}`;
    returned.push(...(yield* all<Row>(sql, values)));
  }
  return returned;
}

/** Deletes the rows that have one of the values in a column. */
export function* deleteMany(table: string, column: string, keys: readonly Value[]): Work<void> {
  for (const some of portions(keys)) {
    const values: Record<string, Value> = {};
    yield* run(`DELETE FROM ${table} WHERE ${column} IN ${parameters(values, some, '')}`, values);
  }
}

/** Of two sizes, so that there are but two statements to prepare. */
function* portions<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let place = 0; place < items.length;) {
    const size = items.length - place >= rowsAtOnce ? rowsAtOnce : 1;
    yield items.slice(place, place + size);
    place += size;
  }
}

/** Gives `(@v0_1, @v1_1)`, and adds what these stand for. */
function parameters(values: Record<string, Value>, row: readonly Value[], suffix: string): string {
  const names = row.map((value, column) => {
    const name = `v${column}${suffix}`;
    values[name] = value;
    return `@${name}`;
  });
  return `(${names.join(', ')})`;
}
