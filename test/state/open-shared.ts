import { first, type SharedState } from '../../src/state/shared-state.ts';
import { SqliteState } from '../../src/state/sqlite-state.ts';
import type { MemoryLog } from '../support/memory-log.ts';
import { openState } from './open-state.ts';

/** Shared state of either kind, with a clock that stands still; closed with the test. */
export interface OpenShared {
  state: SharedState;
  clock: { now: number };
  log: MemoryLog;
  /** The same as another service sees it, or the same one after a restart. */
  again: () => SharedState;
  /** Statements of an administrator. */
  change: (sql: string) => Promise<void>;
}

export function openSqlite(): Promise<OpenShared> {
  const { file, path, clock, log } = openState();
  return Promise.resolve({
    ...{ state: new SqliteState(file), clock, log },
    again: () => new SqliteState(openState({ path }).file),
    change(sql) {
      file.write((database) => {
        database.exec(sql);
      });
      return Promise.resolve();
    },
  });
}

export async function countRows({ state }: Pick<OpenShared, 'state'>, table: string): Promise<number | undefined> {
  const row = await state.read(() => first<{ count: number }>(`SELECT count(*) AS count FROM ${table}`));
  return row?.count;
}
