import type { RequestCounts, RequestCountStore } from '../../src/core/request-counts.ts';

/** Daily counts without a file. */
export function memoryCounts(): RequestCountStore {
  const days = new Map<string, RequestCounts>();
  return {
    add(day, { since, served, failed }) {
      const before = days.get(day) ?? { since, served: 0, failed: 0 };
      days.set(day, {
        since: Math.min(before.since, since),
        served: before.served + served,
        failed: before.failed + failed,
      });
    },
    find: (day) => days.get(day),
  };
}
