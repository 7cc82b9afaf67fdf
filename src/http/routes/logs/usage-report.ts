import { pricedOn } from '../../../core/list-prices.ts';
import type { TimeSpan } from '../../../feature/access/access-filter.ts';
import { toBlocks, totalTokens, type UsageBlock } from '../../../feature/access/blocks.ts';
import type { UsageReader, UsageScope } from '../../../feature/access/usage-reader.ts';
import { addCounts, type UsageCounts } from '../../../feature/access/usage-sum.ts';
import type { groupings } from './query-schema.ts';
import type { WireUsageGroup, WireUsageReport } from './log-schema.ts';
import { without } from '../../../core/without.ts';
import { toTime } from './wire.ts';

export type Grouping = (typeof groupings)[number];

export interface UsageReportOptions extends TimeSpan {
  by: Grouping;
  /** How long sums of hours are kept. */
  keepMs: number;
  now: number;
}

const note = 'What the same tokens cost by the API at list prices. It is not a bill: a plan is paid otherwise.';

/** What was used, by what was asked for. Days, and what reaches further back than hours are kept, begin at midnight. */
export async function reportUsage(
  usage: UsageReader,
  { by, from, until, keepMs, now }: UsageReportOptions,
): Promise<WireUsageReport> {
  const { groups: found, scope } = await readGroups(usage, { by, from, until, keepMs, now });
  const total = found.reduce<UsageCounts | undefined>(
    (sum, { counts }) => (sum === undefined ? counts : addCounts(sum, counts)),
    undefined,
  );
  return {
    object: 'usage',
    by,
    start_time: toTime(from),
    end_time: toTime(until),
    ...scope,
    prices: { currency: 'USD', as_of: pricedOn, note },
    data: found.map(({ place, counts, rates }) => ({
      ...place,
      first_request: toTime(counts.first_at),
      last_request: toTime(counts.last_at),
      ...toWireSums(counts),
      ...rates,
    })),
    total: toWireSums(total ?? nothing),
  };
}

interface Group {
  place: Pick<WireUsageGroup, 'start' | 'end' | 'model' | 'client' | 'is_active'>;
  counts: UsageCounts;
  rates?: Pick<WireUsageGroup, 'burn_rate' | 'projection'>;
}

async function readGroups(
  usage: UsageReader,
  { by, from, until, keepMs, now }: UsageReportOptions,
): Promise<{ groups: Group[]; scope: UsageScope }> {
  const span = { from, until };
  if (by === 'model' || by === 'client') {
    const period = from >= now - keepMs ? 'hour' : 'day';
    const { groups, ...scope } = await usage.sumsBy(by, period, span);
    return {
      scope,
      groups: groups.map(({ key, ...counts }) => ({ place: { [by]: key === '' ? null : key }, counts })),
    };
  }
  const { groups: starts, ...scope } = await usage.sumsByStart(by === 'day' ? 'day' : 'hour', span);
  if (by !== 'block') {
    return { scope, groups: starts.map(({ key, ...counts }) => ({ place: { start: toTime(key) }, counts })) };
  }
  const blocks = toBlocks(
    starts.map(({ key, ...counts }) => ({ start: key, ...counts })),
    now,
  );
  return { scope, groups: blocks.map(toGroup) };
}

function toGroup({ start, end, isActive, burnRate, projection, ...counts }: UsageBlock): Group {
  return {
    place: { start: toTime(start), end: toTime(end), is_active: isActive },
    counts,
    rates: {
      ...(burnRate !== undefined && {
        burn_rate: { tokens_per_minute: burnRate.tokensPerMinute, cost_per_hour_usd: burnRate.costPerHour },
      }),
      ...(projection !== undefined && {
        projection: { tokens_total: projection.tokens, cost_usd: projection.costUsd },
      }),
    },
  };
}

function toWireSums(counts: UsageCounts): WireUsageReport['total'] {
  return { ...without(counts, 'first_at', 'last_at'), tokens_total: totalTokens(counts) };
}

const nothing: UsageCounts = {
  requests: 0,
  failed: 0,
  tokens_input: 0,
  tokens_output: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  tokens_thinking: 0,
  cost_usd: 0,
  unpriced_requests: 0,
  first_at: 0,
  last_at: 0,
};
