import { inspect } from 'node:util';

/** The value of a field of the log on one line, for people. */
export function showField(value: unknown): string {
  // Not JSON, which throws at a circle or a bigint, and with it would the caller.
  if (typeof value !== 'string') return inspect(value, { breakLength: Infinity, compact: true });
  return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
