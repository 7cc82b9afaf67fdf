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

/** What the requests of one client to one model took within a period; `''` where there is none, and for all of them. */
export interface UsageSum extends UsageCounts {
  /** `whole_hour`: of all models and clients. */
  period: Period | 'whole_hour';
  /** When the period began, in milliseconds since the epoch. */
  start: number;
  /** That answered. */
  model: string;
  client: string;
}

const minuteMs = 60 * 1000;
export const hourMs = 60 * minuteMs;

export function startOf(period: Period, timestamp: number): number {
  if (period === 'day') return new Date(timestamp).setHours(0, 0, 0, 0);
  // So that days have whole hours where the zone is half an hour off; `setMinutes` would take the hour that a clock is
  // set back for the one before.
  const offsetMs = new Date(timestamp).getTimezoneOffset() * minuteMs;
  return Math.floor((timestamp - offsetMs) / hourMs) * hourMs + offsetMs;
}

/** The sums of some rows, by hour and by day, and of hours as a whole. */
export function sumRows(rows: readonly AccessRow[]): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const row of rows) {
    const own = countsOf(row);
    const model = row.served_model ?? '';
    const client = row.client ?? '';
    const hour = startOf('hour', row.timestamp);
    for (const place of [
      { period: 'hour', start: hour, model, client },
      { period: 'whole_hour', start: hour, model: '', client: '' },
      { period: 'day', start: startOf('day', row.timestamp), model, client },
    ] as const) {
      const key = JSON.stringify(Object.values(place));
      const known = sums.get(key);
      if (known === undefined) sums.set(key, { ...place, ...own });
      else Object.assign(known, addCounts(known, own));
    }
  }
  return [...sums.values()];
}

function countsOf(row: AccessRow): UsageCounts {
  const { tokens_input, tokens_output, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = row;
  const tokens = { tokens_input, tokens_output, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens };
  const hasTokens = Object.values(tokens).some((count) => count > 0);
  return {
    requests: 1,
    failed: row.error_code === null && row.status_code < 400 ? 0 : 1,
    ...tokens,
    tokens_thinking: row.tokens_thinking,
    cost_usd: row.cost_usd ?? 0,
    unpriced_requests: hasTokens && row.cost_usd === null ? 1 : 0,
    first_at: row.timestamp,
    last_at: row.timestamp,
  };
}

export function addCounts(a: UsageCounts, b: UsageCounts): UsageCounts {
  return {
    requests: a.requests + b.requests,
    failed: a.failed + b.failed,
    tokens_input: a.tokens_input + b.tokens_input,
    tokens_output: a.tokens_output + b.tokens_output,
    cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
    cache_write_5m_tokens: a.cache_write_5m_tokens + b.cache_write_5m_tokens,
    cache_write_1h_tokens: a.cache_write_1h_tokens + b.cache_write_1h_tokens,
    tokens_thinking: a.tokens_thinking + b.tokens_thinking,
    cost_usd: a.cost_usd + b.cost_usd,
    unpriced_requests: a.unpriced_requests + b.unpriced_requests,
    first_at: Math.min(a.first_at, b.first_at),
    last_at: Math.max(a.last_at, b.last_at),
  };
}
