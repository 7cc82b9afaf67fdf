/** The CLI gives whole seconds, its answer about usage fractions of them, and neither is exact. */
export const resetToleranceMs = 5 * 60 * 1000;

/** Whether two times of a reset are of one window, rather than of two in a row. */
export function isSameWindow(a: number | undefined, b: number | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Math.abs(a - b) <= resetToleranceMs);
}
