import { onTestFinished } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import type { Session, SessionQuery } from '../../../../src/core/sessions.ts';
import {
  createForeignSessions,
  type ForeignSessions,
} from '../../../../src/feature/sessions/replica/foreign-sessions.ts';
import type { ReplicaPlace } from '../../../../src/feature/sessions/replica/replication.ts';
import { SessionsOfMachines } from '../../../../src/feature/sessions/replica/sessions-of-machines.ts';
import type { SharedState, Step, Value, Values, Work } from '../../../../src/state/shared-state.ts';
import { machineName } from '../../../../src/state/machine-name.ts';
import { migrations } from '../../../../src/state/postgres/migrations.ts';
import { SqliteState } from '../../../../src/state/sqlite-state.ts';
import { openState } from '../../../state/open-state.ts';
import type { OpenShared } from '../../../state/open-shared.ts';
import { openSessions, type OpenOptions, type OpenSessions } from '../open-sessions.ts';

/** The tables of a database that machines share, in a file: SQLite compares byte by byte anyway. */
export function openReplicaFile(): Promise<OpenShared> {
  const tables = migrations
    .filter((sql) => sql.includes('session_machines'))
    .map((sql) => sql.replaceAll(' COLLATE "C"', ''));
  const { file, path, clock, log } = openState({ migrations: tables });
  return Promise.resolve({
    ...{ state: new SqliteState(file), clock, log },
    again: () => new SqliteState(openState({ path, migrations: tables }).file),
    change(sql) {
      file.write((database) => {
        database.exec(sql);
      });
      return Promise.resolve();
    },
  });
}

/** Shared state that can go out of reach, and keeps what it was asked. */
export class WatchedState implements SharedState {
  isDown = false;
  isReadOnly = false;
  /** How often it was asked in vain. */
  refusals = 0;
  /** Called before each transaction that writes. */
  onWrite: () => void = () => undefined;
  readonly transactions: Step[][] = [];
  readonly #state: SharedState;

  constructor(state: SharedState) {
    this.#state = state;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.isDown ? this.#refuse() : this.#state.read(() => this.#watch(work));
  }

  write<T>(work: () => Work<T>): Promise<T> {
    this.onWrite();
    return this.isDown || this.isReadOnly ? this.#refuse() : this.#state.write(() => this.#watch(work));
  }

  close(): Promise<void> {
    return this.#state.close();
  }

  /** The rows of all events that were added, by transaction. */
  get added(): object[][] {
    return this.transactions
      .map((steps) => steps.flatMap((step) => ('sql' in step ? rowsAdded(step.sql, step.values) : [])))
      .filter((rows) => rows.length > 0);
  }

  #refuse(): Promise<never> {
    this.refusals += 1;
    return Promise.reject(new HarnessError('INTERNAL', "The database can't be used."));
  }

  *#watch<T>(work: () => Work<T>): Work<T> {
    const steps: Step[] = [];
    this.transactions.push(steps);
    const running = work();
    let next = running.next();
    while (next.done !== true) {
      steps.push(next.value);
      next = running.next(yield next.value);
    }
    return next.value;
  }
}

/** A machine with sessions of its own, which others read in the database. */
export interface OpenMachine extends OpenSessions {
  database: WatchedState;
  /** What its clients ask. */
  all: SessionsOfMachines;
  /** Others' sessions. */
  foreign: ForeignSessions;
}

export type MachineOptions = Omit<OpenOptions, 'replica'> &
  Partial<Pick<ReplicaPlace, 'maxBytes' | 'collectMs'>> & {
    instance?: number;
    /** Whether the test starts it. */
    isQuiet?: boolean;
  };

/** The service of a machine that has begun; `path` and `clock` make it a further one over the same state file. */
export async function openMachine(shared: SharedState, options: MachineOptions = {}): Promise<OpenMachine> {
  const { instance = 0, maxBytes, collectMs = 1, isQuiet = false, ...others } = options;
  const database = new WatchedState(shared);
  const opened: OpenSessions = openSessions({
    ...others,
    replica: {
      state: database,
      machine: () => ({ name: nameOf(opened), instance, host: 'garage' }),
      collectMs,
      ...(maxBytes !== undefined && { maxBytes }),
    },
  });
  const foreign = createForeignSessions(database, () => nameOf(opened));
  const machine = { ...opened, database, foreign, all: new SessionsOfMachines(opened.sessions, foreign) };
  if (!isQuiet) await opened.sessions.recover();
  onTestFinished(() => opened.sessions.stop());
  return machine;
}

/** Another service over the same state file, as after a restart or during an update. */
export function openOver(
  machine: OpenMachine,
  shared: SharedState,
  options: MachineOptions = {},
): Promise<OpenMachine> {
  const { path, clock } = machine.state;
  return openMachine(shared, { path, clock, ...options });
}

export const nameOf = ({ state }: OpenSessions): string => machineName(state.file);

export const everything: SessionQuery = { limit: 100, order: 'desc', created: {}, includeArchived: true };

/** What others can have of a session: without what its machine adds for people. */
export function withoutMachine({ machine: _, ...session }: Session): Session {
  return session;
}

/** What a statement adds to the events, by the names of the columns. */
function rowsAdded(sql: string, values: Values): Record<string, Value | undefined>[] {
  const [, names] = /^INSERT INTO replicated_session_events \((.*?)\) VALUES/.exec(sql) ?? [];
  if (names === undefined) return [];
  const columns = names.split(', ');
  return Array.from({ length: Object.keys(values).length / columns.length }, (_, row) =>
    Object.fromEntries(columns.map((name, column) => [name, values[`v${row}_${column}`]])),
  );
}
