import * as z from 'zod';
import type { PlanWindow } from '../core/plan-windows.ts';

const usage = z.object({
  // False for API keys, and for tokens that may not read the account, as those of `claude setup-token` (2.1.332).
  rate_limits_available: z.boolean(),
  rate_limits: z.record(z.string(), z.unknown()).nullish(),
});

const window = z.object({
  /** In percent. */
  utilization: z.number().min(0),
  resets_at: z.iso.datetime({ offset: true }).nullable(),
});

/** From which on the CLI itself warns. Whether more is allowed, as where extra usage is bought, it does not say here. */
const warnedFrom = 0.9;

/**
 * The windows in the CLI's answer to `get_usage` (2.1.197 and 2.1.332); `undefined` where it does not tell them. Those that
 * were not begun, and what is counted otherwise, such as extra usage, are left out.
 */
export function parsePlanUsage(response: unknown, observedAt: number): PlanWindow[] | undefined {
  const parsed = usage.safeParse(response);
  if (!parsed.success || !parsed.data.rate_limits_available || parsed.data.rate_limits == null) return undefined;
  return Object.entries(parsed.data.rate_limits).flatMap(([type, value]) => {
    const found = window.safeParse(value);
    if (!found.success || found.data.resets_at === null) return [];
    const utilization = found.data.utilization / 100;
    const status = utilization >= warnedFrom ? 'allowed_warning' : 'allowed';
    return [{ type, status, utilization, resetsAt: Date.parse(found.data.resets_at), observedAt }];
  });
}
