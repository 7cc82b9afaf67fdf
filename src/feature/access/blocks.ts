import { addCounts, type UsageCounts } from './usage-sum.ts';

/** As long as the shortest window of a plan. */
const blockMs = 5 * 60 * 60 * 1000;
const minuteMs = 60 * 1000;

type Started = UsageCounts & { start: number };

/** Five hours from the full hour of a first request on, as people know them from the plan. Times are ms since the epoch. */
export interface UsageBlock extends Started {
  end: number;
  isActive: boolean;
  /** From the first to the last request of the block. */
  burnRate?: { tokensPerMinute: number; costPerHour: number };
  /** What the active block will have taken at its end at that rate. */
  projection?: { tokens: number; costUsd: number };
}

/** The blocks of hours that are in order. The next block begins with the first request after the end of one. */
export function toBlocks(hours: readonly Started[], now: number): UsageBlock[] {
  const blocks: Started[] = [];
  for (const hour of hours) {
    const last = blocks.at(-1);
    if (last !== undefined && hour.start < last.start + blockMs) Object.assign(last, addCounts(last, hour));
    else blocks.push({ ...hour });
  }
  return blocks.map((block) => withRates(block, now));
}

export function totalTokens(counts: UsageCounts): number {
  const { tokens_input, tokens_output, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = counts;
  return tokens_input + tokens_output + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens;
}

function withRates(block: Started, now: number): UsageBlock {
  const end = block.start + blockMs;
  const isActive = block.start <= now && now < end;
  const minutes = (block.last_at - block.first_at) / minuteMs;
  // A single moment has no rate.
  if (minutes <= 0) return { ...block, end, isActive };
  const tokens = totalTokens(block);
  const burnRate = { tokensPerMinute: tokens / minutes, costPerHour: (block.cost_usd / minutes) * 60 };
  if (!isActive) return { ...block, end, isActive, burnRate };
  const left = (end - now) / minuteMs;
  const projection = {
    tokens: Math.round(tokens + burnRate.tokensPerMinute * left),
    costUsd: block.cost_usd + (burnRate.costPerHour * left) / 60,
  };
  return { ...block, end, isActive, burnRate, projection };
}
