/** A time of day within which something may be done, in minutes since midnight; `until` may be that of the next day. */
export interface OpenHours {
  from: number;
  until: number;
}

/** Of `01:00-07:00`, which was checked before. */
export function parseOpenHours(text: string): OpenHours {
  const [from = 0, until = 0] = text.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { from, until };
}

/** Whether they are open, in the local time of the machine; else when they will be, in ms since the epoch. */
export function opening({ from, until }: OpenHours, now: number): { isOpen: boolean; at: number } {
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const isOpen = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  // By the calendar: some days have 23 or 25 hours.
  const next = new Date(now);
  next.setHours(0, from, 0, 0);
  if (next.getTime() <= now) {
    next.setDate(next.getDate() + 1);
    next.setHours(0, from, 0, 0);
  }
  return { isOpen, at: isOpen ? now : next.getTime() };
}
