import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefillSchedule } from '../../../src/cli/pool/refill-schedule.ts';

describe('RefillSchedule', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('refills once for all that was used meanwhile', () => {
    const refill = vi.fn();
    const schedule = new RefillSchedule(refill);
    schedule.soon();
    schedule.soon();
    expect(refill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(refill).toHaveBeenCalledTimes(1);
    schedule.soon();
    vi.advanceTimersByTime(500);
    expect(refill).toHaveBeenCalledTimes(2);
  });

  it('waits for the end of a burst, but not long', () => {
    const refill = vi.fn();
    const schedule = new RefillSchedule(refill);
    for (let turn = 0; turn < 3; turn += 1) {
      schedule.soon();
      vi.advanceTimersByTime(60);
    }
    expect(refill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60);
    expect(refill).toHaveBeenCalledTimes(1);

    for (let turn = 0; turn < 10; turn += 1) {
      schedule.soon();
      vi.advanceTimersByTime(50);
    }
    expect(refill).toHaveBeenCalledTimes(2);
  });

  it('refills no more when it is stopped', () => {
    const refill = vi.fn();
    const schedule = new RefillSchedule(refill);
    schedule.soon();
    vi.advanceTimersByTime(50);
    schedule.stop();
    schedule.soon();
    vi.advanceTimersByTime(5000);
    expect(refill).not.toHaveBeenCalled();
  });
});
