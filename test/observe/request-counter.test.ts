import { describe, expect, it } from 'vitest';
import { RequestCounter } from '../../src/observe/request-counter.ts';

describe('RequestCounter', () => {
  it('counts from the start of the service, and anew from each midnight', () => {
    let now = new Date(2026, 10, 21, 9, 12).getTime();
    const counter = new RequestCounter(() => now);
    counter.count(true);
    counter.count(true);
    counter.count(false);
    expect(counter.today).toEqual({ since: now, served: 2, failed: 1 });

    now = new Date(2026, 10, 22, 8).getTime();
    expect(counter.today).toEqual({ since: new Date(2026, 10, 22).getTime(), served: 0, failed: 0 });
    counter.count(true);
    expect(counter.today.served).toBe(1);
  });
});
