/**
 * What several services may share: the state file of one machine, or a database for many. Stores write each statement
 * once, in the SQL that SQLite and PostgreSQL have in common, with parameters by name (`@id`).
 */
export interface SharedState {
  /** Runs work that changes nothing. Rejects with a `HarnessError` (`INTERNAL`) that says what to do when it can't be used. */
  read<T>(work: () => Work<T>): Promise<T>;
  /** The same in a transaction, which is rolled back when the work throws. The work may be run again after a failure. */
  write<T>(work: () => Work<T>): Promise<T>;
  /** Waits for what is under way; later uses are refused. */
  close(): Promise<void>;
}

export type Value = string | number | null;
export type Values = Readonly<Record<string, Value>>;

/** What is asked of the database: the rows of a statement, those of them that nobody has locked, or how many it changed. */
export type Step =
  | { ask: 'rows' | 'changes' | 'unlocked'; sql: string; values: Values }
  /** To give unused space back to the disk, up to so many pages, where it does not do so by itself. */
  | { ask: 'space'; pages: number }
  /** To let no other transaction in that asks for the same, until this one is over. */
  | { ask: 'alone'; at: string };

/** To a question for rows those rows, else a number; of `space` 1 while more can be given back. */
export type Outcome = readonly object[] | number;

/**
 * Work on the database, step by step. It is a generator and not an async function, since SQLite runs in this thread on one
 * connection that others use too: it has to run a whole transaction in one go, while PostgreSQL waits for each step. Where
 * a step fails the work is left as it is.
 */
export type Work<T> = Generator<Step, T, Outcome>;

/** All rows of a statement. */
export function* all<Row extends object>(sql: string, values: Values = {}): Work<Row[]> {
  return (yield { ask: 'rows', sql, values }) as Row[];
}

/** The first row of a statement. */
export function* first<Row extends object>(sql: string, values: Values = {}): Work<Row | undefined> {
  return (yield* all<Row>(sql, values))[0];
}

/**
 * The first row of a `SELECT` of one table, locked until the transaction is over, or none where another has locked it: of
 * several that want a row at the same moment one gets it, and none waits. On SQLite every transaction is alone.
 */
export function* firstUnlocked<Row extends object>(sql: string, values: Values = {}): Work<Row | undefined> {
  return ((yield { ask: 'unlocked', sql, values }) as Row[])[0];
}

/** Runs a statement, and gives how many rows it changed. */
export function* run(sql: string, values: Values = {}): Work<number> {
  return (yield { ask: 'changes', sql, values }) as number;
}

/** Gives some unused space back to the disk; true while there is more. */
export function* releaseSpace(pages: number): Work<boolean> {
  return (yield { ask: 'space', pages }) === 1;
}

/**
 * Waits until no other transaction is at the same, and keeps others out until this one is over: for work that is more than
 * its statements. On SQLite every transaction is alone.
 */
export function* alone(at: string): Work<void> {
  yield { ask: 'alone', at };
}
