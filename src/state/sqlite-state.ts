import { promised } from '../util/promised.ts';
import { memoizePerConnection, releaseUnusedPages, type StateDatabase } from './database.ts';
import type { Outcome, SharedState, Step, Work } from './shared-state.ts';
import type { StateFile } from './state-file.ts';

/** The state file as shared state: of the services on one machine. Each use is over before it returns. */
export class SqliteState implements SharedState {
  readonly #file: StateFile;

  constructor(file: StateFile) {
    this.#file = file;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return promised(() => this.#file.read((database) => runAll(work(), database)));
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return promised(() => this.#file.write((database) => runAll(work(), database)));
  }

  /** Whoever opened the file closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function runAll<T>(work: Work<T>, database: StateDatabase): T {
  let next = work.next();
  while (next.done !== true) next = work.next(perform(database, next.value));
  return next.value;
}

type Statement = ReturnType<StateDatabase['prepare']>;

const statements = memoizePerConnection(() => new Map<string, Statement>());

/** The texts are constants of the stores, so that there are few. */
function prepare(database: StateDatabase, sql: string): Statement {
  const known = statements(database);
  const statement = known.get(sql) ?? database.prepare(sql);
  known.set(sql, statement);
  return statement;
}

function perform(database: StateDatabase, step: Step): Outcome {
  switch (step.ask) {
    case 'rows':
    case 'unlocked':
      return prepare(database, step.sql).all(step.values) as object[];
    case 'changes':
      return prepare(database, step.sql).run(step.values).changes;
    case 'space':
      return releaseUnusedPages(database, step.pages) ? 1 : 0;
    case 'alone':
      return 0;
  }
}
