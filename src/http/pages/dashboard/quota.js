/** @import { WireQuota } from '../../routes/quota/quota-schema.ts' */
/** @typedef {WireQuota['buckets'][number]} QuotaBucket */
/** @typedef {NonNullable<WireQuota['history']>[number]} QuotaHistory */

import { formatShare, formatSpan, formatTime } from './format.js';

/**
 * The CLI's name of a window in words, such as "7 days, Opus" for `seven_day_opus`.
 *
 * @param {string} type
 */
export function windowName(type) {
  const [, window, rest = ''] = /^(five_hour|seven_day)(?:_(.+))?$/.exec(type) ?? [];
  const names = { five_hour: '5 hours', seven_day: '7 days' };
  const name = window === 'five_hour' || window === 'seven_day' ? names[window] : undefined;
  if (name === undefined) return type.replaceAll('_', ' ');
  const [first = ''] = rest;
  return rest === '' ? name : `${name}, ${first.toUpperCase()}${rest.slice(1).replaceAll('_', ' ')}`;
}

/**
 * The same with whose plan it is, where there are several logins.
 *
 * @param {Pick<QuotaBucket, 'login' | 'type'>} window
 */
export function windowTitle({ login, type }) {
  return login === undefined ? windowName(type) : `${login}: ${windowName(type)}`;
}

/**
 * How much of a window is used, when it resets, and whether it lasts until then.
 *
 * @param {QuotaBucket} bucket
 * @param {number} now
 */
export function describeBucket({ status, utilization, resets_at: resetsAt, forecast }, now) {
  const used = utilization === null ? 'use not known' : `${formatShare(utilization)} used`;
  const end = resetsAt === null ? undefined : Date.parse(resetsAt);
  return [
    used,
    ...(status === 'rejected' ? ['used up'] : []),
    ...(end === undefined ? [] : [`resets in ${formatSpan(end - now)} (${formatTime(end, now)})`]),
    ...(forecast === null || status === 'rejected' ? [] : [forecastText(forecast, now)]),
  ].join(' · ');
}

/**
 * @param {NonNullable<QuotaBucket['forecast']>} forecast
 * @param {number} now
 */
function forecastText({ lasts, runs_out_at: runsOutAt }, now) {
  if (lasts || runsOutAt === null) return 'lasts until then at this rate';
  const at = Date.parse(runsOutAt);
  return `runs out in ${formatSpan(at - now)} (${formatTime(at, now)}) at this rate`;
}

/**
 * The histories as lines over the same times, with nothing where a window was not looked at.
 *
 * @param {readonly QuotaHistory[]} histories
 * @returns {{ times: number[]; lines: (number | null)[][] }}
 */
export function toLines(histories) {
  const times = [...new Set(histories.flatMap(({ points }) => points.map(({ at }) => Date.parse(at))))].sort(
    (a, b) => a - b,
  );
  const places = new Map(times.map((at, place) => [at, place]));
  const lines = histories.map(({ points }) => {
    /** @type {(number | null)[]} */
    const line = times.map(() => null);
    for (const { at, utilization } of points) line[places.get(Date.parse(at)) ?? 0] = utilization;
    return line;
  });
  return { times, lines };
}
