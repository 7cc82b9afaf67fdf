import { all, run, type Value, type Values, type Work } from './shared-state.ts';

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
    const { sql, values } = tuples(some);
    const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${sql} ${returning}`;
    returned.push(...(yield* all<Row>(insert, values)));
  }
  return returned;
}

/** Deletes the rows that have one of the values in a column. */
export function* deleteMany(table: string, column: string, keys: readonly Value[]): Work<void> {
  for (const some of portions(keys)) {
    const { sql, values } = tuples([some]);
    yield* run(`DELETE FROM ${table} WHERE ${column} IN ${sql}`, values);
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

/** `(@v0_0, @v0_1), (@v1_0, @v1_1)` for two rows of two values, and what these stand for. */
export function tuples(rows: readonly (readonly Value[])[]): { sql: string; values: Values } {
  const values: Record<string, Value> = {};
  const sql = rows.map((row, index) => {
    const names = row.map((value, column) => {
      const name = `v${index}_${column}`;
      values[name] = value;
      return `@${name}`;
    });
    return `(${names.join(', ')})`;
  });
  return { sql: sql.join(', '), values };
}
