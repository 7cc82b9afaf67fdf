import type { PlanWindow } from '../../core/plan-windows.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** How a window will go on if it is used as it was lately. */
export interface WindowForecast {
  /** In milliseconds since the epoch; absent where it lasts until its reset. */
  runsOutAt?: number;
  lasts: boolean;
}

/** How much of the window is used, and how long it will last, in a sentence. */
export function describeWindow(window: PlanWindow, forecast: WindowForecast | undefined, now: number): string {
  const { login, type, resetsAt } = window;
  const isUsedUp = window.status === 'rejected';
  const used = isUsedUp ? 'used up' : `used to ${Math.round((window.utilization ?? 0) * 100)}%`;
  const reset = resetsAt === undefined ? '' : `; it resets ${toTime(resetsAt, now)}`;
  const rest = isUsedUp ? '' : describeForecast(forecast, now);
  const plan = login === undefined ? 'the plan' : `the plan of the login ${login}`;
  return `The ${type.replaceAll('_', '-')} window of ${plan} is ${used}${reset}${rest}.`;
}

function describeForecast(forecast: WindowForecast | undefined, now: number): string {
  if (forecast === undefined) return '';
  const { runsOutAt } = forecast;
  if (runsOutAt === undefined) return ' and lasts at this pace';
  return `, and at this pace it runs out ${toTime(runsOutAt, now)}: let what can wait run later`;
}

/** In the time zone of the service. */
function toTime(time: number, now: number): string {
  const [date, clock] = new Date(time).toLocaleString('sv-SE').slice(0, 16).split(' ') as [string, string];
  return time - now < dayMs ? `at ${clock}` : `on ${date} at ${clock}`;
}
