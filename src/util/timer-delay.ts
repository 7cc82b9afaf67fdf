/** What Node waits at most, 24.8 days: a longer delay would be over at once. In milliseconds. */
export const longestDelayMs = 2 ** 31 - 1;

/** The delay for a timer that is to wait so long. */
export function timerDelay(ms: number): number {
  return Math.min(Math.max(0, ms), longestDelayMs);
}
