import { beforeEach, describe, expect, it } from 'vitest';
import { PlanLimits, toUsedUpWindow } from '../../src/admission/plan-limits.ts';

const start = 1_700_000_000_000;
const inAnHour = start + 3_600_000;
let now: number;
let limits: PlanLimits;

const rejected = (rateLimitType: string, resetsAt = inAnHour) => ({
  status: 'rejected',
  rateLimitType,
  resetsAt: resetsAt / 1000,
});
const admits = (model: string) => {
  try {
    limits.admit(model);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
    return false;
  }
};

beforeEach(() => {
  now = start;
  limits = new PlanLimits(() => now);
});

describe('PlanLimits', () => {
  it('admits every model while nothing is used up', () => {
    expect(admits('claude-opus-5')).toBe(true);
    expect(limits.limitedUntil).toBeUndefined();
  });

  it.each(['five_hour', 'seven_day', 'a_window_of_next_year'])('refuses every model while %s is used up', (type) => {
    limits.note(rejected(type));
    expect([admits('claude-opus-5'), admits('haiku')]).toEqual([false, false]);
    expect(limits.limitedUntil).toBe(inAnHour);
  });

  it('reports to the client when the window resets', () => {
    limits.note(rejected('five_hour'));
    expect(() => {
      limits.admit('haiku');
    }).toThrow(expect.objectContaining({ facts: { resetsAt: inAnHour } }) as Error);
  });

  it('refuses only the family that a window belongs to', () => {
    limits.note(rejected('seven_day_opus'));
    expect([admits('claude-opus-5'), admits('claude-haiku-4-5')]).toEqual([false, true]);
    expect(limits.limitedUntil).toBeUndefined();
  });

  it.each(['allowed', 'allowed_warning'])('takes %s for no limit', (status) => {
    limits.note({ status, rateLimitType: 'five_hour', resetsAt: inAnHour / 1000 });
    expect(admits('haiku')).toBe(true);
  });

  it.each([undefined, null])('takes a rejection without a reset time (%s) for a passing one', (resetsAt) => {
    limits.note({ status: 'rejected', rateLimitType: 'five_hour', resetsAt });
    expect(admits('haiku')).toBe(true);
  });

  it('lets one turn a minute try all the same', () => {
    limits.note(rejected('five_hour'));
    now += 59_999;
    expect(admits('haiku')).toBe(false);
    now += 1;
    expect([admits('haiku'), admits('haiku')]).toEqual([true, false]);
    now += 60_000;
    expect([admits('haiku'), admits('haiku')]).toEqual([true, false]);
  });

  it('lets one turn try at once when the clock was set back', () => {
    limits.note(rejected('five_hour'));
    now -= 365 * 24 * 3_600_000;
    expect([admits('haiku'), admits('haiku')]).toEqual([true, false]);
  });

  it('admits again when the window resets', () => {
    limits.note(rejected('five_hour', start + 30_000));
    expect(admits('haiku')).toBe(false);
    now += 30_000;
    expect(limits.limitedUntil).toBeUndefined();
    expect([admits('haiku'), admits('haiku')]).toEqual([true, true]);
  });

  it('forgets the windows of a model that was answered', () => {
    limits.note(rejected('five_hour'));
    limits.note(rejected('seven_day_opus'));
    limits.answered('claude-haiku-4-5');
    expect([admits('claude-haiku-4-5'), admits('claude-opus-5')]).toEqual([true, false]);
    limits.answered('claude-opus-5');
    expect(admits('claude-opus-5')).toBe(true);
  });
});

describe('toUsedUpWindow', () => {
  it('gives the reset in milliseconds', () => {
    const info = { status: 'rejected', rateLimitType: 'five_hour', resetsAt: 1_800_000_000 };
    expect(toUsedUpWindow(info)).toEqual({ family: '', resetsAt: 1_800_000_000_000 });
  });

  it.each([
    ['five_hour', ''],
    ['seven_day', ''],
    ['seven_day_opus', 'opus'],
    ['seven_day_sonnet', 'sonnet'],
    [undefined, ''],
    [null, ''],
  ])('reads %s as the window of family "%s"', (rateLimitType, family) => {
    expect(toUsedUpWindow({ status: 'rejected', rateLimitType, resetsAt: 1 })).toMatchObject({ family });
  });
});
