import type { PlanWindow } from '../../core/plan-windows.ts';
import type { Period } from './periods.ts';

const hourMs = 60 * 60 * 1000;
const lengthMs = { five_hour: 5 * hourMs, seven_day: 7 * 24 * hourMs };

export type PlanWindowName = keyof typeof lengthMs;
export const planWindowNames = Object.keys(lengthMs) as PlanWindowName[];

/** A window of the plan: since when it is counted, and which share is used, by all and as far as the CLI says. */
export interface PlanPeriod extends Period {
  utilization?: number;
}

/** The window as it is known of one plan; where none is, one that would begin now. */
export function planPeriod(windows: readonly PlanWindow[], name: PlanWindowName, now: number): PlanPeriod {
  const found = windows.find(({ type }) => type === name);
  const until = found?.resetsAt ?? now + lengthMs[name];
  const utilization = found?.utilization;
  return { from: until - lengthMs[name], until, ...(utilization !== undefined && { utilization }) };
}

/**
 * The windows of several plans as if they were one: as the last of them ends, and of it is used what is on the average. A plan
 * whose window is not known counts as unused.
 */
export function joinedPeriod(plans: readonly (readonly PlanWindow[])[], name: PlanWindowName, now: number): PlanPeriod {
  const known = plans
    .filter((windows) => windows.some(({ type }) => type === name))
    .map((windows) => planPeriod(windows, name, now));
  const [last] = known.toSorted((a, b) => b.until - a.until);
  if (last === undefined) return planPeriod([], name, now);
  const shares = known.flatMap(({ utilization }) => utilization ?? []);
  const sum = shares.reduce((total, share) => total + share, 0);
  return { from: last.from, until: last.until, ...(shares.length > 0 && { utilization: sum / plans.length }) };
}
