import { expect, it } from 'vitest';
import { timerDelay } from '../../src/util/timer-delay.ts';

it('a delay is one that timers can wait', () => {
  expect([-1, 0, 5, 30 * 24 * 60 * 60 * 1000].map(timerDelay)).toEqual([0, 0, 5, 2 ** 31 - 1]);
});
