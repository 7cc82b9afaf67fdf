import { describe, expect, it } from 'vitest';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { forecast } from '../../../src/feature/plan-windows/forecast.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const now = Date.UTC(2026, 0, 2, 12);
const resetsAt = now + 2 * hourMs;

const window = (changes: Partial<PlanWindow> = {}): PlanWindow => ({
  ...{ type: 'five_hour', status: 'allowed', utilization: 0.6, resetsAt, observedAt: now },
  ...changes,
});
const point = (minutesAgo: number, utilization: number, reset = resetsAt) => ({
  at: now - minutesAgo * minuteMs,
  utilization,
  resetsAt: reset,
});

describe('the forecast', () => {
  it('tells when the window runs out at the pace of the last hour', () => {
    const points = [point(150, 0), point(60, 0.3), point(30, 0.5)];
    expect(forecast(window(), points, now)).toEqual({
      runsOutAt: now + (0.4 / 0.3) * hourMs,
      lasts: false,
      ratePerHour: expect.closeTo(0.3) as number,
    });
  });

  it('tells that it lasts where the reset comes first', () => {
    expect(forecast(window(), [point(60, 0.5)], now)).toEqual({
      lasts: true,
      ratePerHour: expect.closeTo(0.1) as number,
    });
  });

  it('counts time in which nothing was used', () => {
    const points = [point(200, 0.2), point(30, 0.3)];
    // 0.2 until an hour ago: that nothing was seen since says that nothing was used.
    expect(forecast(window({ utilization: 0.3 }), points, now)?.ratePerHour).toBeCloseTo(0.1);
  });

  it('looks at a day of a longer window', () => {
    const weekly = { type: 'seven_day', utilization: 0.5, resetsAt: now + 72 * hourMs };
    const points = [point(48 * 60, 0.1, weekly.resetsAt), point(12 * 60, 0.4, weekly.resetsAt)];
    expect(forecast(window(weekly), points, now)).toMatchObject({
      lasts: false,
      ratePerHour: expect.closeTo(0.4 / 24) as number,
    });
  });

  it.each([
    ['one sample', [point(0, 0.6)]],
    ['too short a time', [point(4, 0.5)]],
    ['samples of the window before', [point(60, 0.5, resetsAt - 5 * hourMs)]],
  ])('says nothing of %s', (_, points) => {
    expect(forecast(window(), points, now)).toBeUndefined();
  });

  it('takes a reset that is told a little differently for the same', () => {
    expect(forecast(window(), [point(30, 0.5, resetsAt + 900)], now)).toBeDefined();
  });

  it('never expects that anything is given back', () => {
    expect(forecast(window(), [point(30, 0.7)], now)).toEqual({ lasts: true, ratePerHour: 0 });
  });

  it('says so where it has run out', () => {
    expect(forecast(window({ utilization: 1.1 }), [point(30, 0.7)], now)).toMatchObject({
      runsOutAt: now,
      lasts: false,
    });
  });
});
