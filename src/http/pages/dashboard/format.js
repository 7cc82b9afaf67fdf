const counts = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const exactCounts = new Intl.NumberFormat('en');
const usd = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const smallUsd = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 });
const shares = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** What is not known. */
export const unknown = '–';

/** @param {number} count */
export function formatCount(count) {
  return count < 10_000 ? exactCounts.format(count) : counts.format(count);
}

/** @param {number | null} amount In USD. */
export function formatUsd(amount) {
  if (amount === null) return unknown;
  return amount > 0 && amount < 0.1 ? smallUsd.format(amount) : usd.format(amount);
}

/** @param {number} share 1 is all of it. */
export function formatShare(share) {
  return shares.format(share);
}

/** @param {number | null} ms */
export function formatMs(ms) {
  if (ms === null) return unknown;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatSpan(ms);
}

/**
 * A length of time in its two largest units.
 *
 * @param {number} ms
 */
export function formatSpan(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  /** @type {[number, string][]} */
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/**
 * A time as the browser's own clock has it, with its day where that is not today's.
 *
 * @param {number} at In milliseconds since the epoch.
 * @param {number} now
 * @param {'minute' | 'second'} [precision]
 */
export function formatTime(at, now, precision = 'minute') {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return new Date(at).toLocaleString('en-GB', {
    ...(!isToday && { day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(precision === 'second' && { second: '2-digit' }),
  });
}
