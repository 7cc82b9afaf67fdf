import ms, { type StringValue } from 'ms';

/** Milliseconds; `setTimeout` fires at once for more than 2^31-1 ms (24.8 days), so timed durations stay below that. */
export const maxDurationMs = ms('24d');

const part = String.raw`(\d+(?:\.\d+)?) ?(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)`;
const wholeText = new RegExp(`^${part}(?: ?${part})*$`);

/**
 * Converts `250ms`, `30s`, `10 minutes` or `1h30m` to milliseconds; `0` needs no unit. Undefined for anything else: a
 * bare number, units that repeat or grow, fractions of a millisecond, and more than `maxMs`.
 */
export function parseDuration(text: string, maxMs = maxDurationMs): number | undefined {
  if (text === '0') return 0;
  if (text.length > 60 || !wholeText.test(text)) return undefined;
  let total = 0;
  let previousUnitMs = Infinity;
  for (const [, amount = '', unit = ''] of text.matchAll(new RegExp(part, 'g'))) {
    const unitMs = ms(`1${unit}` as StringValue);
    if (unitMs >= previousUnitMs) return undefined;
    previousUnitMs = unitMs;
    total += Number(amount) * unitMs;
  }
  // 1.005s is 1004.9999999999999 in floating point; a larger distance from a whole number was intended.
  const rounded = Math.round(total);
  return Math.abs(total - rounded) < 1e-6 && rounded <= maxMs ? rounded : undefined;
}

const units: readonly (readonly [string, number])[] = [
  ['d', ms('1d')],
  ['h', ms('1h')],
  ['m', ms('1m')],
  ['s', ms('1s')],
  ['ms', 1],
];

/** The exact inverse of `parseDuration`, such as `1m30s`; `ms` itself would round that to `2m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = durationMs;
  let text = '';
  for (const [unit, unitMs] of units) {
    const amount = Math.floor(rest / unitMs);
    rest -= amount * unitMs;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text;
}
