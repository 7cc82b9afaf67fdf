import { describe, expect, it } from 'vitest';
import { residentMemory } from '../../src/process/resident-memory.ts';

describe('residentMemory', () => {
  it('is what a process occupies, in bytes', () => {
    const rss = process.memoryUsage.rss();
    const measured = residentMemory(process.pid);
    expect(measured).toBeGreaterThan(rss / 2);
    expect(measured).toBeLessThan(rss * 2);
  });

  it('is unknown of a process that there is none of', () => {
    expect(residentMemory(undefined)).toBeUndefined();
    expect(residentMemory(2 ** 30)).toBeUndefined();
  });
});
