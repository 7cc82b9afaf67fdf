import type { WireQuota } from '../../../src/http/routes/quota/quota-schema.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What the service says of the plan's windows, as it is in the middle of a day: one gets short, the other lasts. */
export function quotaAt(now: number): WireQuota {
  const at = (offsetMs: number) => new Date(now + offsetMs).toISOString();
  const points = (lengthMs: number, most: number) =>
    Array.from({ length: 7 * 24 }, (_, hour) => {
      const agoMs = (7 * 24 - hour) * hourMs;
      const [window, share] = [Math.floor(agoMs / lengthMs), 1 - ((agoMs / lengthMs) % 1)];
      // No two windows are used alike.
      return { at: at(-agoMs), utilization: most * share * (0.3 + 0.7 * Math.abs(Math.sin(window * 2.4))) };
    });
  return {
    object: 'quota',
    as_of: at(0),
    buckets: [
      {
        type: 'five_hour',
        status: 'allowed_warning',
        utilization: 0.82,
        resets_at: at(70 * minuteMs),
        observed_at: at(-minuteMs),
        forecast: { runs_out_at: at(40 * minuteMs), lasts: false, rate_per_hour: 0.27 },
      },
      {
        type: 'seven_day',
        status: 'allowed',
        utilization: 0.41,
        resets_at: at(60 * hourMs),
        observed_at: at(-minuteMs),
        forecast: { runs_out_at: null, lasts: true, rate_per_hour: 0.004 },
      },
    ],
    history: [
      { type: 'five_hour', points: points(5 * hourMs, 0.9) },
      { type: 'seven_day', points: points(8 * 24 * hourMs, 1.4) },
    ],
  };
}
