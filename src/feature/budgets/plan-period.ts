import type { PlanWindows } from '../../core/plan-windows.ts';
import type { Period } from './periods.ts';

const hourMs = 60 * 60 * 1000;
const lengthMs = { five_hour: 5 * hourMs, seven_day: 7 * 24 * hourMs };

export type PlanWindowName = keyof typeof lengthMs;
export const planWindowNames = Object.keys(lengthMs) as PlanWindowName[];

/** A window of the plan: since when it is counted, and which share is used, by all and as far as the CLI says. */
export interface PlanPeriod extends Period {
  utilization?: number;
}

/** The window as it is known; where none is, one that would begin now. */
export function planPeriod(plan: PlanWindows, name: PlanWindowName, now: number): PlanPeriod {
  const found = plan.current().find(({ type }) => type === name);
  const until = found?.resetsAt ?? now + lengthMs[name];
  const utilization = found?.utilization;
  return { from: until - lengthMs[name], until, ...(utilization !== undefined && { utilization }) };
}
