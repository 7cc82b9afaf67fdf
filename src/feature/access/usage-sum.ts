import type { AccessRow } from './access-row.ts';

/** Hours and days of the machine's time zone. */
export type Period = 'hour' | 'day';

/** What requests took together. */
export interface UsageCounts {
  requests: number;
  /** Those that failed, streams that had begun included. */
  failed: number;
  tokens_input: number;
  tokens_output: number;
  cache_read_tokens: number;
  cache_write_5m_tokens: number;
  cache_write_1h_tokens: number;
  tokens_thinking: number;
  /** Of those that have a price. */
  cost_usd: number;
  /** Requests that took tokens and have no price. */
  unpriced_requests: number;
  /** When the first and the last of them arrived, in milliseconds since the epoch. */
  first_at: number;
  last_at: number;
}

/** `whole_hour`: of all models and clients. */
export const sumPeriods = ['hour', 'whole_hour', 'day'] as const satisfies (Period | 'whole_hour')[];

/** What the requests of one client to one model took within a period; `''` where there is none, and for all of them. */
export interface UsageSum extends UsageCounts {
  period: (typeof sumPeriods)[number];
  /** When the period began, in milliseconds since the epoch. */
  start: number;
  /** That answered. */
  model: string;
  client: string;
}

/** Which sum. */
export type SumKey = Omit<UsageSum, keyof UsageCounts>;

const minuteMs = 60 * 1000;
export const hourMs = 60 * minuteMs;

export function startOf(period: Period, timestamp: number): number {
  if (period === 'day') return new Date(timestamp).setHours(0, 0, 0, 0);
  // So that days have whole hours where the zone is half an hour off; `setMinutes` would take the hour that a clock is
  // set back for the one before.
  const offsetMs = new Date(timestamp).getTimezoneOffset() * minuteMs;
  return Math.floor((timestamp - offsetMs) / hourMs) * hourMs + offsetMs;
}

/** A text that no other sum has. */
export function keyOf({ period, start, model, client }: SumKey): string {
  return `${period}\n${start}\n${model}\n${client}`;
}

/** The sums of some rows, by hour and by day, and of hours as a whole. */
export function sumRows(rows: readonly AccessRow[]): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const row of rows) {
    const own = countsOf(row);
    const model = row.served_model ?? '';
    const client = row.client ?? '';
    const hour = startOf('hour', row.timestamp);
    addSum(sums, 'hour', hour, model, client, own);
    addSum(sums, 'whole_hour', hour, '', '', own);
    addSum(sums, 'day', startOf('day', row.timestamp), model, client, own);
  }
  return [...sums.values()];
}

function addSum(
  sums: Map<string, UsageSum>,
  period: UsageSum['period'],
  start: number,
  model: string,
  client: string,
  counts: UsageCounts,
): void {
  const key = keyOf({ period, start, model, client });
  const known = sums.get(key);
  if (known === undefined) sums.set(key, { period, start, model, client, ...counts });
  else addTo(known, counts);
}

function countsOf(row: AccessRow): UsageCounts {
  const { tokens_input, tokens_output, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = row;
  const tokens = tokens_input + tokens_output + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
  return {
    requests: 1,
    failed: row.error_code === null && row.status_code < 400 ? 0 : 1,
    tokens_input,
    tokens_output,
    cache_read_tokens,
    cache_write_5m_tokens,
    cache_write_1h_tokens,
    tokens_thinking: row.tokens_thinking,
    cost_usd: row.cost_usd ?? 0,
    unpriced_requests: tokens > 0 && row.cost_usd === null ? 1 : 0,
    first_at: row.timestamp,
    last_at: row.timestamp,
  };
}

export function addCounts(a: UsageCounts, b: UsageCounts): UsageCounts {
  const sum = { ...a };
  addTo(sum, b);
  return sum;
}

/** In place: a request's part in each sum is added while others wait. */
function addTo(sum: UsageCounts, more: UsageCounts): void {
  sum.requests += more.requests;
  sum.failed += more.failed;
  sum.tokens_input += more.tokens_input;
  sum.tokens_output += more.tokens_output;
  sum.cache_read_tokens += more.cache_read_tokens;
  sum.cache_write_5m_tokens += more.cache_write_5m_tokens;
  sum.cache_write_1h_tokens += more.cache_write_1h_tokens;
  sum.tokens_thinking += more.tokens_thinking;
  sum.cost_usd += more.cost_usd;
  sum.unpriced_requests += more.unpriced_requests;
  sum.first_at = Math.min(sum.first_at, more.first_at);
  sum.last_at = Math.max(sum.last_at, more.last_at);
}
