import type { RequestHandler } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanWindow } from '../../../core/plan-windows.ts';
import { readQuery } from '../../read-query.ts';
import { quotaQuery, readQueryAs } from '../logs/query-schema.ts';
import { toTime } from '../logs/wire.ts';
import type { RouteServices } from '../route.ts';
import type { PlanQuota } from './plan-quota.ts';
import type { WireQuota } from './quota-schema.ts';

/** An answer that takes longer is shown to whoever looks next. */
const longestLookMs = 3000;

export function showQuota({ plan: { windows, questions }, now: clock }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { history: since } = readQueryAs(quotaQuery, readQuery(req));
    const enough = new AbortController();
    await Promise.race([
      questions.look(),
      sleep(longestLookMs, undefined, { signal: enough.signal, ref: false }).catch(() => undefined),
    ]);
    enough.abort();
    windows.refresh();
    const now = clock();
    const answer: WireQuota = {
      object: 'quota',
      as_of: toTime(now),
      buckets: windows.current().map((window) => toBucket(window, windows)),
      ...(since !== undefined && { history: toHistory(windows, since(now)) }),
    };
    res.json(answer);
  };
}

function toBucket(window: PlanWindow, windows: PlanQuota['windows']): WireQuota['buckets'][number] {
  const { login, type, status, utilization, resetsAt, observedAt } = window;
  const forecast = windows.forecast(window);
  return {
    ...(login !== undefined && { login }),
    type,
    status,
    utilization: utilization ?? null,
    resets_at: resetsAt === undefined ? null : toTime(resetsAt),
    observed_at: toTime(observedAt),
    forecast:
      forecast === undefined
        ? null
        : {
            runs_out_at: forecast.runsOutAt === undefined ? null : toTime(forecast.runsOutAt),
            lasts: forecast.lasts,
            rate_per_hour: forecast.ratePerHour,
          },
  };
}

function toHistory(windows: PlanQuota['windows'], from: number): NonNullable<WireQuota['history']> {
  return windows.history(from).map(({ login, type, points }) => ({
    ...(login !== undefined && { login }),
    type,
    points: points.map(({ at, utilization }) => ({ at: toTime(at), utilization })),
  }));
}
