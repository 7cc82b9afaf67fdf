import { expect, it } from 'vitest';
import { createDeferred } from '../../src/util/deferred.ts';

it('a deferred settles as its holder decides', async () => {
  const kept = createDeferred<number>();
  kept.resolve(7);
  expect(await kept.promise).toBe(7);
  const broken = createDeferred<number>();
  broken.reject(new Error('no'));
  await expect(broken.promise).rejects.toThrow('no');
});

it('a deferred settles once', async () => {
  const deferred = createDeferred<number>();
  deferred.resolve(1);
  deferred.reject(new Error('late'));
  expect(await deferred.promise).toBe(1);
});
