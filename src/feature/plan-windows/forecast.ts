import type { PlanWindow } from '../../core/plan-windows.ts';
import { isSameWindow } from '../../core/same-window.ts';
import type { CurvePoint } from './sample-store.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

/** How a window will go on if it is used as it was lately. */
export interface Forecast {
  /** In milliseconds since the epoch; absent where it lasts until its reset. */
  runsOutAt?: number;
  lasts: boolean;
  /** The share of the window that an hour takes. */
  ratePerHour: number;
}

/** What counts as lately, which is as long as people stay at one piece of work; and how much of it must be known. */
export function recentSpan(type: string): { spanMs: number; leastMs: number } {
  return type === 'five_hour'
    ? { spanMs: hourMs, leastMs: 5 * minuteMs }
    : { spanMs: 24 * hourMs, leastMs: 2 * hourMs };
}

/**
 * A straight line through what was used lately. `points` are in order, and begin before what counts as lately where they
 * can. `undefined` where less than two of them, or too short a time, are of the window as it is now.
 */
export function forecast(window: PlanWindow, points: readonly CurvePoint[], now: number): Forecast | undefined {
  const { utilization, resetsAt, type, observedAt } = window;
  if (utilization === undefined || resetsAt === undefined) return undefined;
  const { spanMs, leastMs } = recentSpan(type);
  const own = points.filter((point) => isSameWindow(point.resetsAt ?? undefined, resetsAt) && point.at < observedAt);
  // What was used is known to stay as it is until the next point.
  const first = own.findLast(({ at }) => at <= now - spanMs) ?? own[0];
  if (first === undefined) return undefined;
  const elapsedMs = now - Math.max(first.at, now - spanMs);
  if (elapsedMs < leastMs) return undefined;
  const ratePerMs = Math.max(0, utilization - first.utilization) / elapsedMs;
  const ratePerHour = ratePerMs * hourMs;
  if (utilization >= 1) return { runsOutAt: observedAt, lasts: false, ratePerHour };
  const runsOutAt = now + (1 - utilization) / ratePerMs;
  return runsOutAt < resetsAt
    ? { runsOutAt: Math.round(runsOutAt), lasts: false, ratePerHour }
    : { lasts: true, ratePerHour };
}
