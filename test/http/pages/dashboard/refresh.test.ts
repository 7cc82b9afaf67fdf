import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { atMostEvery } from '../../../../src/http/pages/dashboard/refresh.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('what is asked for often runs at once, then at intervals, and once more after the last time', async () => {
  let runs = 0;
  const ask = atMostEvery(() => {
    runs += 1;
    return Promise.resolve();
  }, 1000);
  for (let time = 0; time < 5; time += 1) ask();
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(runs).toBe(2);
  ask();
  expect(runs).toBe(3);
});

it('it never runs twice at a time', async () => {
  let running = 0;
  let most = 0;
  const ask = atMostEvery(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    running -= 1;
  }, 10);
  for (let time = 0; time < 20; time += 1) {
    ask();
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(most).toBe(1);
});
