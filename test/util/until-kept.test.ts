import { expect, it } from 'vitest';
import { untilKept } from '../../src/util/until-kept.ts';

function failingTimes(count: number) {
  let tries = 0;
  const failures: unknown[] = [];
  return {
    failures,
    tries: () => tries,
    keep: () => {
      tries += 1;
      return tries <= count ? Promise.reject(new Error(`failure ${tries}`)) : Promise.resolve('kept');
    },
    onFailure: (error: unknown) => {
      failures.push(error);
    },
  };
}

it('what is to be kept is tried until it is, and its first failure told', async () => {
  const { keep, onFailure, failures, tries } = failingTimes(3);
  const signal = new AbortController().signal;
  expect(await untilKept(keep, { signal, retryMs: 1, onFailure })).toBe('kept');
  expect([tries(), failures]).toEqual([4, [new Error('failure 1')]]);
});

it('it is tried once more when the service stops', async () => {
  const { keep, onFailure, tries } = failingTimes(Infinity);
  const stopping = new AbortController();
  const kept = untilKept(keep, { signal: stopping.signal, retryMs: 60_000, onFailure });
  await expect.poll(tries).toBe(1);
  stopping.abort();
  expect(await kept).toBeUndefined();
  expect(tries()).toBe(2);
});
