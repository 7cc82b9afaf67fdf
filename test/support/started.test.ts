import { expect, it } from 'vitest';
import type { Cleanup } from './cleanup.ts';
import { endWhatIsLeft, started } from './started.ts';

/** Notes in `ended` what of it has ended. */
function starting(name: string, ended: string[]): (cleanup: Cleanup) => Promise<{ name: string }> {
  return async (cleanup) => {
    cleanup.defer(() => void ended.push(`${name}: first`));
    cleanup.defer(() => void ended.push(`${name}: second`));
    return Promise.resolve({ name });
  };
}

it('what is stopped ends once, last first', async () => {
  const ended: string[] = [];
  const { name, stop } = await started(starting('one', ended));
  expect([name, ended]).toEqual(['one', []]);
  await stop();
  await stop();
  await endWhatIsLeft();
  expect(ended).toEqual(['one: second', 'one: first']);
});

it('what is not stopped ends with its file', async () => {
  const ended: string[] = [];
  await started(starting('one', ended));
  await endWhatIsLeft();
  expect(ended).toEqual(['one: second', 'one: first']);
});

it('what starts half-way is ended, and fails for its own reason', async () => {
  const ended: string[] = [];
  const half = started(async (cleanup) => {
    await starting('one', ended)(cleanup);
    cleanup.defer(() => {
      throw new Error('cannot be ended');
    });
    throw new Error('cannot start');
  });
  await expect(half).rejects.toThrow('cannot start');
  expect(ended).toEqual(['one: second', 'one: first']);
});
