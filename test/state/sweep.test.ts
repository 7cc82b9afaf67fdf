import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { Sweep } from '../../src/state/sweep.ts';
import { createDeferred } from '../../src/util/deferred.ts';
import { memoryLog } from '../support/memory-log.ts';

const dayMs = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function startSweep(step: () => boolean | Promise<boolean>) {
  const log = memoryLog();
  const sweep = new Sweep(step, log);
  onTestFinished(() => {
    sweep.stop();
  });
  sweep.start();
  return { sweep, log };
}

describe('a sweep', () => {
  it('goes on until nothing is left, and again a day later', async () => {
    let left = 3;
    const step = vi.fn(() => (left -= 1) > 0);
    startSweep(step);
    expect(step).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(step).toHaveBeenCalledTimes(3);
    left = 2;
    await vi.advanceTimersByTimeAsync(dayMs - 2000);
    expect(step).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(3000);
    expect(step).toHaveBeenCalledTimes(5);
  });

  it('leaves no timer behind when it is stopped', async () => {
    const step = vi.fn(() => true);
    const { sweep } = startSweep(step);
    await vi.advanceTimersByTimeAsync(200);
    sweep.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with a step that was going on when it was stopped', async () => {
    const going = createDeferred<boolean>();
    const { sweep } = startSweep(() => going.promise);
    await vi.advanceTimersByTimeAsync(1);
    sweep.stop();
    going.resolve(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['a failure of the file, which is logged already', new HarnessError('INTERNAL', 'locked'), 'debug'],
    ['a mistake', new TypeError('oops'), 'error'],
  ])('outlives %s', async (_, error, level) => {
    const step = vi.fn<() => boolean>(() => {
      throw error;
    });
    const { log } = startSweep(step);
    await vi.advanceTimersByTimeAsync(1000);
    expect(step).toHaveBeenCalledTimes(1);
    expect(log.lines).toEqual([{ level, message: 'expired entries could not be deleted', fields: { error } }]);
    await vi.advanceTimersByTimeAsync(dayMs);
    expect(step).toHaveBeenCalledTimes(2);
  });
});
