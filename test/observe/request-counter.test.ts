import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestCounts, RequestCountStore } from '../../src/core/request-counts.ts';
import { RequestCounter } from '../../src/observe/request-counter.ts';
import { memoryLog } from '../support/memory-log.ts';
import { memoryCounts } from '../support/memory-counts.ts';

let now: number;
let store: RequestCountStore;

beforeEach(() => {
  vi.useFakeTimers();
  now = new Date(2026, 10, 21, 9, 12).getTime();
  store = memoryCounts();
});

afterEach(() => {
  vi.useRealTimers();
});

const startCounter = () => new RequestCounter({ store, log: memoryLog(), now: () => now });

describe('RequestCounter', () => {
  it('counts from the start of the service, and anew from each midnight', () => {
    const counter = startCounter();
    counter.count(true);
    counter.count(true);
    counter.count(false);
    expect(counter.today).toEqual({ since: now, served: 2, failed: 1 });

    now = new Date(2026, 10, 22, 8).getTime();
    expect(counter.today).toEqual({ since: new Date(2026, 10, 22).getTime(), served: 0, failed: 0 });
    counter.count(true);
    expect(counter.today.served).toBe(1);
  });

  it('goes on where the service before has stopped', () => {
    const since = now;
    const before = startCounter();
    before.count(true);
    before.count(false);
    before.store();

    now += 3_600_000;
    const after = startCounter();
    after.count(true);
    expect(after.today).toEqual({ since, served: 2, failed: 1 });
  });

  it('stores what it has counted within seconds, and once', () => {
    const counter = startCounter();
    counter.count(true);
    vi.advanceTimersByTime(5000);
    counter.store();
    expect(store.find('2026-11-21')).toMatchObject({ served: 1, failed: 0 });
  });

  it('counts on while the store can’t be used, and stores that later', () => {
    const working = store;
    let isBroken = true;
    const failing = <Args extends unknown[], Value>(use: (...args: Args) => Value) => {
      return (...args: Args): Value => {
        if (isBroken) throw new Error('the disk is full');
        return use(...args);
      };
    };
    store = {
      add: failing((day: string, counts: RequestCounts) => {
        working.add(day, counts);
      }),
      find: failing((day: string) => working.find(day)),
    };
    const counter = startCounter();
    counter.count(true);
    counter.store();
    expect(counter.today.served).toBe(1);
    isBroken = false;
    counter.store();
    expect(working.find('2026-11-21')?.served).toBe(1);
    expect(counter.today.served).toBe(1);
  });
});
