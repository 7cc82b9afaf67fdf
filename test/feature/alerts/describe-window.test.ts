import { expect, it } from 'vitest';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { without } from '../../../src/core/without.ts';
import { describeWindow } from '../../../src/feature/alerts/describe-window.ts';

const at = (hour: number, minute = 0, day = 7): number => new Date(2026, 0, day, hour, minute).getTime();
const now = at(16);
const window = (changes: Partial<PlanWindow> = {}): PlanWindow => ({
  ...{ type: 'five_hour', status: 'allowed', utilization: 0.81, resetsAt: at(18), observedAt: now, ...changes },
});

it.each([
  [
    'The five-hour window of the plan is used to 81%; it resets at 18:00 and lasts at this pace.',
    window(),
    { lasts: true },
  ],
  [
    'The five-hour window of the plan is used to 81%; it resets at 18:00, and at this pace it runs out at 17:20: let what can wait run later.',
    window(),
    { lasts: false, runsOutAt: at(17, 20) },
  ],
  [
    'The seven-day-opus window of the plan is used to 95%; it resets on 2026-01-09 at 08:30.',
    window({ type: 'seven_day_opus', utilization: 0.95, resetsAt: at(8, 30, 9) }),
    undefined,
  ],
  [
    'The five-hour window of the plan is used up; it resets at 18:00.',
    window({ status: 'rejected' }),
    { lasts: false, runsOutAt: now },
  ],
])('%s', (expected, each, forecast) => {
  expect(describeWindow(each, forecast, now)).toBe(expected);
});

it('a reset that is not known is not told', () => {
  expect(describeWindow(without(window(), 'resetsAt'), undefined, now)).toBe(
    'The five-hour window of the plan is used to 81%.',
  );
});
