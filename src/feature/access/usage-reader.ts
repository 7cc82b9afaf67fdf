import { HarnessError } from '../../core/errors.ts';
import type { TimeSpan } from './access-filter.ts';
import type { AccessStore, GroupedUsage } from './access-store.ts';
import { otherMachines, type PublishedSums } from './published-sums.ts';
import { addCounts, type Period } from './usage-sum.ts';
import { selectBy, selectByStart, type SumsQuery } from './usage-sums-query.ts';

/** Sums, in order of their keys. */
export interface UsageSums<Key extends string | number> extends UsageScope {
  groups: readonly GroupedUsage<Key>[];
}

/** Whose sums they are. */
export interface UsageScope {
  /** `all`: of all machines that share the database. */
  scope: 'machine' | 'all';
  /** Why they are of this machine alone, though there is a database. */
  incomplete?: string;
}

/** Reads what was used. Rejects with a HarnessError (INTERNAL) where the state file can't be read. */
export interface UsageReader {
  /** By the starts of periods. */
  sumsByStart(period: Period, span: TimeSpan): Promise<UsageSums<number>>;
  sumsBy(column: 'model' | 'client', period: Period, span: TimeSpan): Promise<UsageSums<string>>;
}

export interface SharedUsage {
  published: Pick<PublishedSums, 'find'>;
  /** By which the database knows this machine. */
  machine: () => string;
}

/**
 * This machine's sums are its state file's, which has the newest too; those of the others are what they have published.
 * Without the database they are left out, and the answer says so.
 */
export function createUsageReader(own: Pick<AccessStore, 'sumsByStart' | 'sumsBy'>, shared?: SharedUsage): UsageReader {
  const withOthers = async <Key extends string | number>(
    groups: readonly GroupedUsage<Key>[],
    query: SumsQuery,
  ): Promise<UsageSums<Key>> => {
    if (shared === undefined) return { groups, scope: 'machine' };
    try {
      const others = await shared.published.find<Key>(shared.machine(), query);
      return { groups: addGroups(groups, others), scope: 'all' };
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      return { groups, scope: 'machine', incomplete: `${error.message} These figures are of this machine alone.` };
    }
  };
  return {
    sumsByStart: async (period, span) =>
      withOthers(await own.sumsByStart(period, span), selectByStart(period, span, otherMachines)),
    sumsBy: async (column, period, span) =>
      withOthers(await own.sumsBy(column, period, span), selectBy(column, period, span, otherMachines)),
  };
}

function addGroups<Key extends string | number>(
  groups: readonly GroupedUsage<Key>[],
  others: readonly GroupedUsage<Key>[],
): GroupedUsage<Key>[] {
  const sums = new Map(groups.map((group) => [group.key, group]));
  for (const other of others) {
    const known = sums.get(other.key);
    sums.set(other.key, known === undefined ? other : { key: other.key, ...addCounts(known, other) });
  }
  return [...sums.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
