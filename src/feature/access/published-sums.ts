import { tuples } from '../../state/many-rows.ts';
import { all, run, type SharedState } from '../../state/shared-state.ts';
import type { GroupedUsage } from './access-store.ts';
import { sumColumns } from './columns.ts';
import { keptMs } from './expiry.ts';
import { keyOf, type SumKey, type UsageSum } from './usage-sum.ts';
import type { SumsQuery } from './usage-sums-query.ts';

/** How many requests were published of a period, of all models and clients together. */
export type PublishedCount = Pick<UsageSum, 'period' | 'start' | 'requests'>;

/** What each machine has used, in the database that they share. Each method rejects with a HarnessError (INTERNAL). */
export interface PublishedSums {
  /**
   * Inserts, or replaces what the machine has published of fewer requests: its services publish at the same time, and what
   * was read of the state file first may come last. At most `sumsAtOnce`, each of another key.
   */
  publish(machine: string, sums: readonly UsageSum[]): Promise<void>;
  counts(machine: string): Promise<readonly PublishedCount[]>;
  /** What a query about `otherMachines` finds. */
  find<Key extends string | number>(machine: string, query: SumsQuery): Promise<readonly GroupedUsage<Key>[]>;
}

export interface PublishedSumsOptions {
  /** How long sums of hours are kept. */
  keepMs: number;
  now: () => number;
}

/** In one statement; longer ones take longer to read than they spare. */
export const sumsAtOnce = 100;
/** How much goes in a step of `prune`. */
const rowsAtOnce = 500;

/** The condition of queries. */
export const otherMachines = 'machine <> @machine';

/**
 * The sums of all machines in PostgreSQL. `prune` deletes some of what is too old, by whatever machine, and gives true while
 * there is more: how long it is kept is with each row, as the machine that has published it keeps it.
 */
export function createPublishedSums(
  state: SharedState,
  { keepMs, now }: PublishedSumsOptions,
): PublishedSums & { prune(): Promise<boolean> } {
  return {
    async publish(machine, sums) {
      if (sums.length === 0) return;
      const rows = sums
        .toSorted(byKey)
        .map((sum) => [machine, ...sumColumns.map((name) => sum[name]), sum.start + keptMs(sum.period, keepMs)]);
      const { sql, values } = tuples(rows);
      await state.write(() => run(`INSERT INTO usage_sums (${columns.join(', ')}) VALUES ${sql} ${orReplace}`, values));
    },
    counts: (machine) => state.read(() => all<PublishedCount>(selectCounts, { machine })),
    find: <Key extends string | number>(machine: string, { sql, values }: SumsQuery) =>
      state.read(() => all<GroupedUsage<Key>>(sql, { ...values, machine })),
    prune: () =>
      state.write(function* () {
        return (yield* run(deleteExpired, { now: now(), count: rowsAtOnce })) === rowsAtOnce;
      }),
  };
}

const key: readonly string[] = ['machine', 'period', 'start', 'model', 'client'] satisfies ('machine' | keyof SumKey)[];
const columns = ['machine', ...sumColumns, 'expires_at'];

/** Services of one machine that lock the same rows do so in the same order. */
function byKey(a: SumKey, b: SumKey): number {
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

const replaced = columns.filter((name) => !key.includes(name));
const orReplace = `ON CONFLICT (${key.join(', ')})
  DO UPDATE SET ${replaced.map((name) => `${name} = excluded.${name}`).join(', ')}
  WHERE excluded.requests >= usage_sums.requests`;
const selectCounts = `SELECT period, start, CAST(sum(requests) AS BIGINT) AS requests FROM usage_sums
  WHERE machine = @machine GROUP BY period, start`;
const deleteExpired = `DELETE FROM usage_sums WHERE (${key.join(', ')}) IN
  (SELECT ${key.join(', ')} FROM usage_sums WHERE expires_at <= @now ORDER BY expires_at LIMIT @count)`;
