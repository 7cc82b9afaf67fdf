import { onTestFinished } from 'vitest';
import { PostgresState } from '../../src/state/postgres/postgres-state.ts';
import { memoryLog } from '../support/memory-log.ts';
import { createDatabase, query } from '../support/postgres/open-postgres.ts';
import type { OpenShared } from '../state/open-shared.ts';

export interface OpenPostgres extends OpenShared {
  url: string;
}

/** A new database of the project's server as shared state, with a clock that stands still; removed with the test. */
export async function openPostgres(): Promise<OpenPostgres> {
  const { url, drop } = await createDatabase();
  const log = memoryLog();
  const clock = { now: Date.UTC(2026, 0, 2, 3, 4, 5) };
  const opened: PostgresState[] = [];
  onTestFinished(async () => {
    await Promise.all(opened.map((state) => state.close()));
    await drop();
  });
  const again = (): PostgresState => {
    const state = new PostgresState({ url, log, now: () => clock.now });
    opened.push(state);
    return state;
  };
  return {
    ...{ url, log, clock, state: again(), again },
    async change(sql) {
      await query(url, sql);
    },
  };
}
