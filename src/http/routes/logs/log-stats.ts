import type { AccessFilter } from '../../../feature/access/access-filter.ts';
import type { AccessStore, RequestTimes } from '../../../feature/access/access-store.ts';
import type { WireLogStats } from './log-schema.ts';
import { toTime } from './wire.ts';

/** Times of more requests would take too long to find. */
const sampledRows = 2000;

/** How requests ended, and how long they took. */
export async function reportStats(
  store: Pick<AccessStore, 'occurrences' | 'times'>,
  filter: AccessFilter,
): Promise<WireLogStats> {
  const occurrences = await store.occurrences(filter);
  const sample = await store.times(filter, sampledRows);
  const count = (isMeant: (occurrence: (typeof occurrences)[number]) => boolean): number =>
    occurrences.filter(isMeant).reduce((sum, { requests }) => sum + requests, 0);
  const statuses = new Set(occurrences.map(({ status_code }) => status_code));
  const errors = new Set(occurrences.map(({ error_code }) => error_code).filter((code) => code !== ''));
  return {
    start_time: toTime(filter.from),
    end_time: toTime(filter.until),
    requests: count(() => true),
    failed: count(({ status_code, error_code }) => error_code !== '' || status_code >= 400),
    by_status: Object.fromEntries(
      [...statuses].map((status) => [String(status), count(({ status_code }) => status_code === status)]),
    ),
    by_error: Object.fromEntries([...errors].map((error) => [error, count(({ error_code }) => error_code === error)])),
    latency: {
      sampled: sample.length,
      queue_ms: percentilesOf(sample, 'queue_ms'),
      first_token_ms: percentilesOf(sample, 'first_token_ms'),
      duration_ms: percentilesOf(sample, 'duration_ms'),
    },
  };
}

function percentilesOf(rows: readonly RequestTimes[], name: keyof RequestTimes) {
  const sorted = Float64Array.from(rows.flatMap((row) => row[name] ?? [])).sort();
  const at = (share: number): number | null => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { p50: at(0.5), p95: at(0.95) };
}
