import type { UsageSum } from './usage-sum.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Sums of days are small. */
const keepDaysMs = 2 * 365 * dayMs;

/** How long sums are kept after the start of their period; `keepMs` is how long those of hours are. */
export function keptMs(period: UsageSum['period'], keepMs: number): number {
  return period === 'day' ? keepDaysMs : keepMs;
}
