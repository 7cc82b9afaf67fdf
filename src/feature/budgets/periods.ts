/** A time in which a budget is counted, in milliseconds since the epoch; `until` is its reset. */
export interface Period {
  from: number;
  until: number;
}

/** The day of the machine's time zone, as in the sums of usage. */
export function dayOf(now: number): Period {
  const from = new Date(now).setHours(0, 0, 0, 0);
  return { from, until: daysLater(from, 1) };
}

/** From Monday on. */
export function weekOf(now: number): Period {
  const { from: today } = dayOf(now);
  const from = daysLater(today, -((new Date(today).getDay() + 6) % 7));
  return { from, until: daysLater(from, 7) };
}

/** By the calendar: some days have 23 or 25 hours. */
function daysLater(from: number, days: number): number {
  const date = new Date(from);
  return date.setDate(date.getDate() + days);
}
