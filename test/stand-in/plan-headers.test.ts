import { describe, expect, test } from 'vitest';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';

const prefix = 'anthropic-ratelimit-unified';

describe('planHeaders', () => {
  test('describes the window at stake and leaves the other quiet', () => {
    expect(planHeaders({ status: 'rejected', window: 'seven_day', resetsAt: 1000 })).toMatchObject({
      [`${prefix}-status`]: 'rejected',
      [`${prefix}-reset`]: '1000',
      [`${prefix}-representative-claim`]: 'seven_day',
      [`${prefix}-7d-status`]: 'rejected',
      [`${prefix}-7d-reset`]: '1000',
      [`${prefix}-7d-utilization`]: '1',
      [`${prefix}-5h-status`]: 'allowed',
      [`${prefix}-5h-reset`]: '87400',
    });
  });

  test('only a warning names a surpassed threshold', () => {
    const names = (status: 'allowed' | 'allowed_warning' | 'rejected') =>
      Object.keys(planHeaders({ status, resetsAt: 1000 })).filter((name) => name.includes('threshold'));
    expect(names('allowed')).toEqual([]);
    expect(names('allowed_warning')).toEqual([`${prefix}-5h-surpassed-threshold`]);
    expect(names('rejected')).toEqual([]);
  });

  test('the utilization can be chosen', () => {
    const headers = planHeaders({ status: 'allowed', resetsAt: 1000, utilization: 0.55 });
    expect(headers[`${prefix}-5h-utilization`]).toBe('0.55');
  });
});
