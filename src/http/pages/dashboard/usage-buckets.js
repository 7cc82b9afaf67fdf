/** @import { WireUsageGroup, WireUsageReport } from '../../routes/logs/log-schema.ts' */

/** @typedef {'today' | 'week' | 'month'} Range */

/**
 * @typedef {object} Bucket
 * @property {number} start In milliseconds since the epoch.
 * @property {number} requests
 * @property {number} failed
 * @property {number} tokensIn The cached ones among them.
 * @property {number} tokensOut
 * @property {number} costUsd
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const daysOf = { today: 1, week: 7, month: 30 };

/**
 * When a range begins: at midnight, by the browser's clock.
 *
 * @param {Range} range
 * @param {number} now
 */
export function startOf(range, now) {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() - daysOf[range] + 1);
  return start.getTime();
}

/**
 * The query for what was used in a range.
 *
 * @param {'time' | 'model' | 'client'} by
 * @param {Range} range
 * @param {number} now
 */
export function usagePath(by, range, now) {
  const grouping = by === 'time' ? (range === 'today' ? 'hour' : 'day') : by;
  return `v1/usage?by=${grouping}&since=${new Date(startOf(range, now)).toISOString()}`;
}

/**
 * What was used in each hour or day of a range, those in which nothing was included.
 *
 * @param {Pick<WireUsageReport, 'data'>} report
 * @param {Range} range
 * @param {number} now
 * @returns {Bucket[]}
 */
export function toBuckets({ data }, range, now) {
  const starts = startsOf(range, now);
  const buckets = starts.map((start) => ({ start, requests: 0, failed: 0, tokensIn: 0, tokensOut: 0, costUsd: 0 }));
  const lengthMs = range === 'today' ? hourMs : dayMs;
  for (const group of data) {
    if (group.start === undefined) continue;
    // Hours of the service begin otherwise where clocks are half an hour apart, and days where its time zone is another.
    const index = Math.round((Date.parse(group.start) - (starts[0] ?? 0)) / lengthMs);
    const bucket = buckets[Math.min(Math.max(index, 0), buckets.length - 1)];
    if (bucket !== undefined) add(bucket, group);
  }
  return buckets;
}

/**
 * Until now: what is still to come is no use that was missing.
 *
 * @param {Range} range
 * @param {number} now
 * @returns {number[]}
 */
function startsOf(range, now) {
  const first = startOf(range, now);
  if (range !== 'today') {
    return Array.from({ length: daysOf[range] }, (_, day) => {
      const start = new Date(first);
      start.setDate(start.getDate() + day);
      return start.getTime();
    });
  }
  return Array.from({ length: Math.floor((now - first) / hourMs) + 1 }, (_, hour) => first + hour * hourMs);
}

/**
 * @param {Bucket} bucket
 * @param {WireUsageGroup} group
 */
function add(bucket, group) {
  bucket.requests += group.requests;
  bucket.failed += group.failed;
  bucket.tokensIn +=
    group.tokens_input + group.cache_read_tokens + group.cache_write_5m_tokens + group.cache_write_1h_tokens;
  bucket.tokensOut += group.tokens_output;
  bucket.costUsd += group.cost_usd;
}
