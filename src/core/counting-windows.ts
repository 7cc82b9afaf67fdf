import type { PlanWindow, PlanWindows } from './plan-windows.ts';

/** Whether a window limits a model: `seven_day_opus` is of one family; what has another name is no part of the plan. */
export function countsFor({ type }: PlanWindow, model: string): boolean {
  const found = /^(?:five_hour|seven_day)(?:_(.+))?$/.exec(type);
  if (found === null) return false;
  const [, family] = found;
  return family === undefined || model.includes(family);
}

/** Whether a share of the window, from 0 to 1, is used; of one that refuses, all is. */
export function isUsedTo({ status, utilization }: PlanWindow, share: number): boolean {
  return status === 'rejected' || (utilization !== undefined && utilization >= share);
}

/** The windows of one login's plan; `undefined` where there is but one. */
export function windowsOf(plan: PlanWindows, login: string | undefined): PlanWindow[] {
  return plan.current().filter((window) => window.login === login);
}
