import { expect, it } from 'vitest';
import { createDeferred } from '../../src/util/deferred.ts';
import { Serial } from '../../src/util/serial.ts';

it('work runs one after the other, whatever becomes of it', async () => {
  const serial = new Serial();
  const gate = createDeferred<undefined>();
  const log: string[] = [];
  const first = serial.run(async () => {
    await gate.promise;
    log.push('first');
    throw new Error('failed');
  });
  const second = serial.run(() => Promise.resolve(log.push('second')));
  gate.resolve(undefined);
  await expect(first).rejects.toThrow('failed');
  expect(await second).toBe(2);
  expect(log).toEqual(['first', 'second']);
});
