import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/core/backend.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { PlanWindow } from '../../../src/core/plan-windows.ts';
import { opening, parseOpenHours } from '../../../src/feature/batches/open-hours.ts';
import { Pacing, type PacingOptions } from '../../../src/feature/batches/pacing.ts';

function open(changes: Partial<PacingOptions> = {}) {
  const clock = { now: 1_000_000 };
  const windows: PlanWindow[] = [];
  const state: { readiness: Readiness } = { readiness: { ready: true } };
  const pacing = new Pacing({
    ...{ plan: { current: () => windows }, pauseAbove: 0.8, defaultModel: () => 'claude-sonnet-5' },
    ...{ fullName: (model: string) => (model === 'opus' ? 'claude-opus-5' : model), now: () => clock.now },
    ...{ usesPlan: (model: string) => !model.startsWith('direct-'), readiness: () => state.readiness },
    admit: () => undefined,
    ...changes,
  });
  const noted = (type: string, utilization: number, resetsAt = 2_000_000): void => {
    windows.push({ type, status: 'allowed', utilization, resetsAt, observedAt: 0 });
  };
  return { pacing, clock, windows, state, noted };
}

describe('requests of batches', () => {
  it('wait while more of a window of the plan is used than they may use', () => {
    const { pacing, noted, windows } = open();
    noted('five_hour', 0.79);
    expect(pacing.holdOf('night', 'haiku')).toBeUndefined();
    noted('seven_day', 0.8, 3_000_000);
    noted('five_hour', 0.95, 2_500_000);
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'plan_window', window: 'seven_day', until: 3_000_000 });
    expect(pacing.holdOf('night', 'direct-model')).toBeUndefined();
    windows.length = 0;
    expect(pacing.holdOf('night', 'haiku')).toBeUndefined();
  });

  it('wait for the window of their own family alone', () => {
    const { pacing, noted } = open();
    noted('seven_day_opus', 1);
    noted('overage', 1);
    expect(pacing.holdOf('night', 'opus')).toMatchObject({ window: 'seven_day_opus' });
    expect(pacing.holdOf('night', 'haiku')).toBeUndefined();
    expect(pacing.holdOf('night', '(default)')).toBeUndefined();
  });

  it('of several logins wait only while each holds them, until the first does no more', () => {
    const home: { name: string; readiness: Readiness } = { name: 'home', readiness: { ready: true } };
    const work = { ...home, name: 'work' };
    const { pacing, windows } = open({ logins: () => [home, work] });
    const used = { type: 'five_hour', status: 'allowed', utilization: 0.9, observedAt: 0 } as const;
    windows.push({ ...used, login: 'home', resetsAt: 3_000_000 });
    expect(pacing.holdOf('night', 'haiku')).toBeUndefined();
    work.readiness = { ready: false, reason: 'not_logged_in', message: '' };
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'plan_window', window: 'five_hour', until: 3_000_000 });
    work.readiness = { ready: false, reason: 'rate_limited', message: '', resetsAt: 2_000_000 };
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'plan_limit', until: 2_000_000 });
    work.readiness = { ready: true };
    windows.push({ ...used, login: 'work', resetsAt: 2_500_000 });
    expect(pacing.holdOf('night', 'haiku')).toMatchObject({ until: 2_500_000 });
  });

  it('wait for the reset of a plan that is used up, and for a login', () => {
    const { pacing, state } = open();
    state.readiness = { ready: false, reason: 'rate_limited', message: '', resetsAt: 7_000_000 };
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'plan_limit', until: 7_000_000 });
    state.readiness = { ready: false, reason: 'not_logged_in', message: '' };
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'not_ready' });
    expect(pacing.holdOf('night', 'direct-model')).toBeUndefined();
  });

  it('of a model whose limit is reached wait until it resets, those of others do not', () => {
    const { pacing, clock } = open();
    pacing.failed('opus', new HarnessError('PLAN_LIMIT_REACHED', '', { resetsAt: 1_500_000 }));
    expect(pacing.holdOf('night', 'opus')).toEqual({ reason: 'plan_limit', until: 1_500_000 });
    expect([pacing.holdOf('night', 'haiku'), pacing.general()]).toEqual([undefined, undefined]);
    clock.now = 1_500_000;
    expect(pacing.holdOf('night', 'opus')).toBeUndefined();
  });

  it('of a client wait while its budget is used up', () => {
    const { pacing } = open({
      admit: (client) => {
        if (client === 'night') throw new HarnessError('BUDGET_EXCEEDED', '', { resetsAt: 9_000_000 });
      },
    });
    expect(pacing.holdOf('night', 'haiku')).toEqual({ reason: 'budget', until: 9_000_000 });
    expect(pacing.holdOf('day', 'haiku')).toBeUndefined();
  });

  it('wait longer and longer while the API fails, until it answers', () => {
    const { pacing, clock } = open();
    const waits = Array.from({ length: 4 }, () => {
      pacing.failed('haiku', new HarnessError('OVERLOADED', ''));
      const until = pacing.general()?.until ?? 0;
      const waitMs = until - clock.now;
      clock.now = until;
      return waitMs;
    });
    expect(waits).toEqual([250, 500, 1000, 2000]);
    pacing.failed('haiku', new HarnessError('OVERLOADED', ''));
    pacing.worked();
    expect(pacing.general()).toBeUndefined();
  });

  it('wait outside of their hours', () => {
    const now = new Date(2026, 4, 5, 12).getTime();
    const { pacing } = open({ hours: parseOpenHours('01:00-07:00'), now: () => now });
    expect(pacing.general()).toEqual({ reason: 'hours', until: new Date(2026, 4, 6, 1).getTime() });
  });
});

describe('hours of the day', () => {
  const at = (hours: number, minutes = 0): number => new Date(2026, 4, 5, hours, minutes).getTime();

  it.each([
    ['01:00-07:00', at(1), true, undefined],
    ['01:00-07:00', at(6, 59), true, undefined],
    ['01:00-07:00', at(7), false, at(25)],
    ['01:00-07:00', at(0, 30), false, at(1)],
    ['22:00-06:00', at(23), true, undefined],
    ['22:00-06:00', at(3), true, undefined],
    ['22:00-06:00', at(6), false, at(22)],
    ['22:00-06:30', at(21, 59), false, at(22)],
  ])('%s are open, or will be', (hours, now, isOpen, next) => {
    expect(opening(parseOpenHours(hours), now)).toEqual({ isOpen, at: next ?? now });
  });
});
