import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/util/backoff.ts';

describe('Backoff', () => {
  it('doubles its waits from a quarter of a second to half a minute', () => {
    const backoff = new Backoff();
    let now = 1000;
    const waits = Array.from({ length: 9 }, () => {
      const waitMs = backoff.fail(now);
      now += waitMs;
      return waitMs;
    });
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('counts processes that fail together as one failure', () => {
    const backoff = new Backoff();
    expect([backoff.fail(1000), backoff.fail(1000), backoff.fail(1010)]).toEqual([250, 250, 240]);
    expect(backoff.fail(1250)).toBe(500);
  });

  it('says how much of the wait is left', () => {
    const backoff = new Backoff();
    expect(backoff.remainingMs(1000)).toBe(0);
    backoff.fail(1000);
    expect(backoff.remainingMs(1100)).toBe(150);
    expect(backoff.remainingMs(9999)).toBe(0);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff();
    backoff.fail(1000);
    backoff.fail(2000);
    backoff.reset();
    expect(backoff.remainingMs(2001)).toBe(0);
    expect(backoff.fail(2001)).toBe(250);
  });
});
