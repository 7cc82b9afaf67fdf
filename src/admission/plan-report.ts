import type { PlanWindow } from '../core/plan-windows.ts';

/** What is said of the subscription's windows, in the CLI's own terms. Times are Unix seconds. */
export interface RateLimitInfo {
  status: string;
  resetsAt?: number | null | undefined;
  rateLimitType?: string | null | undefined;
  /** Of the window that `rateLimitType` names; 2.1.197 names it where a threshold is surpassed. */
  utilization?: number | null | undefined;
  /** Of newer versions: each of the plan's windows, by its name. */
  unifiedWindows?: Readonly<Record<string, ReportedWindow>> | null | undefined;
}

interface ReportedWindow {
  status?: string | null | undefined;
  resetsAt?: number | null | undefined;
  utilization?: number | null | undefined;
}

const statuses: ReadonlySet<string> = new Set<PlanWindow['status']>(['allowed', 'allowed_warning', 'rejected']);

/** The windows that a `rate_limit_event` says something of (2.1.197 and 2.1.332). */
export function toPlanWindows(info: RateLimitInfo, observedAt: number): PlanWindow[] {
  const { rateLimitType: type, unifiedWindows } = info;
  const unified = Object.entries(unifiedWindows ?? {});
  const named = type == null || unified.some(([name]) => name === type) ? [] : [[type, info] as const];
  return [...unified, ...named].flatMap(([name, reported]) => toPlanWindow(name, reported, observedAt));
}

function toPlanWindow(
  type: string,
  { status, resetsAt, utilization }: ReportedWindow,
  observedAt: number,
): PlanWindow[] {
  if (!isWindowName(type) || !isStatus(status)) return [];
  // A passing 429, which has nothing to do with the plan.
  if (status === 'rejected' && typeof resetsAt !== 'number') return [];
  return [
    {
      type,
      status,
      observedAt,
      ...(typeof utilization === 'number' && utilization >= 0 && { utilization }),
      ...(typeof resetsAt === 'number' && { resetsAt: resetsAt * 1000 }),
    },
  ];
}

/** Names go into tables and labels, so that there must be no end of them. */
export function isWindowName(type: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(type);
}

function isStatus(status: unknown): status is PlanWindow['status'] {
  return typeof status === 'string' && statuses.has(status);
}
