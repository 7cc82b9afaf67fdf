import { describe, expect, it } from 'vitest';
import { runBounded } from '../../src/util/run-bounded.ts';

const timedOut = expect.objectContaining({ code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' }) as Error;

const catastrophe = () => /^(a+)+$/.test(`${'a'.repeat(50)}!`);
const forever = () => {
  for (;;);
};

describe('runBounded', () => {
  it.each([7, 'text', undefined, null, false])('gives the result %j', (result) => {
    expect(runBounded(() => result, 1000)).toBe(result);
  });

  it('gives objects as they are, not copies from another world', () => {
    const value = { list: [1] };
    const result = runBounded(() => value, 1000);
    expect(result).toBe(value);
    expect(result.list).toBeInstanceOf(Array);
  });

  it('throws what the work throws', () => {
    const error = new TypeError('no');
    const run = () =>
      runBounded(() => {
        throw error;
      }, 1000);
    expect(run).toThrow(error);
  });

  it.each<[string, () => unknown]>([
    ['a loop', forever],
    ['a regular expression', catastrophe],
  ])('ends %s that takes too long', (_what, work) => {
    const before = performance.now();
    expect(() => runBounded(work, 50)).toThrow(timedOut);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('works again after it has ended something', () => {
    expect(() => runBounded(forever, 20)).toThrow(timedOut);
    expect(runBounded(() => 'again', 1000)).toBe('again');
  });

  it('runs work within work, each with its own bound', () => {
    const inner = () => {
      try {
        return runBounded(forever, 20);
      } catch {
        return 'ended';
      }
    };
    expect(runBounded(() => `inner ${inner()}`, 5000)).toBe('inner ended');
    expect(() => runBounded(() => runBounded(forever, 5000), 50)).toThrow(timedOut);
  });
});
