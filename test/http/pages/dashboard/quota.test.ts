import { describe, expect, it } from 'vitest';
import { describeBucket, toLines, windowName, windowTitle } from '../../../../src/http/pages/dashboard/quota.js';

const now = new Date(2026, 0, 31, 12).getTime();
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
const bucket = {
  type: 'five_hour',
  status: 'allowed' as const,
  utilization: 0.5,
  resets_at: inMinutes(90),
  observed_at: inMinutes(-1),
  forecast: null,
};

describe('a window of the plan', () => {
  it.each([
    ['five_hour', '5 hours'],
    ['seven_day', '7 days'],
    ['seven_day_opus', '7 days, Opus'],
    ['seven_day_oauth_apps', '7 days, Oauth apps'],
    ['overage', 'overage'],
    ['fifth_hour_x', 'fifth hour x'],
  ])('%s is called %s', (type, name) => {
    expect(windowName(type)).toBe(name);
  });

  it('names whose plan it is of, where there are several logins', () => {
    expect(windowTitle({ type: 'five_hour' })).toBe('5 hours');
    expect(windowTitle({ login: 'work', type: 'five_hour' })).toBe('work: 5 hours');
  });

  it('says how much is used, and when it resets', () => {
    expect(describeBucket(bucket, now)).toBe('50% used · resets in 1 h 30 min (13:30)');
    expect(describeBucket({ ...bucket, utilization: null, resets_at: null }, now)).toBe('use not known');
  });

  it('says until when it lasts', () => {
    const lasting = { runs_out_at: null, lasts: true, rate_per_hour: 0.1 };
    expect(describeBucket({ ...bucket, forecast: lasting }, now)).toContain(' · lasts until then at this rate');
    const short = { runs_out_at: inMinutes(20), lasts: false, rate_per_hour: 2 };
    expect(describeBucket({ ...bucket, forecast: short }, now)).toContain(' · runs out in 20 min (12:20) at this rate');
    // It has.
    expect(describeBucket({ ...bucket, status: 'rejected', forecast: short }, now)).toBe(
      '50% used · used up · resets in 1 h 30 min (13:30)',
    );
  });

  it('has a line over the times at which any was looked at', () => {
    const { times, lines } = toLines([
      { type: 'five_hour', points: [point(0, 0.1), point(2, 0.3)] },
      { type: 'seven_day', points: [point(1, 0.2)] },
    ]);
    expect(times).toEqual([0, 1, 2].map((minutes) => now + minutes * 60_000));
    expect(lines).toEqual([
      [0.1, null, 0.3],
      [null, 0.2, null],
    ]);
  });
});

function point(minutes: number, utilization: number) {
  return { at: inMinutes(minutes), utilization };
}
