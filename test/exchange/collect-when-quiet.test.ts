import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JournalEntry } from '../../src/core/journal.ts';
import { CollectWhenQuiet, largestHeapBytes, quietMs } from '../../src/exchange/collect-when-quiet.ts';
import { memoryLog } from '../support/memory-log.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Situation {
  heapBytes?: number;
  isBusy?: boolean;
  fails?: boolean;
}

/** After a request that is over, and a long time; gives how often garbage was collected, and the log. */
async function afterRequest({ heapBytes = largestHeapBytes, isBusy = false, fails = false }: Situation) {
  let collected = 0;
  let now = 0;
  const log = memoryLog();
  const garbage = new CollectWhenQuiet({
    isBusy: () => isBusy,
    ...{ log, ticks: () => now, heapBytes: () => heapBytes - collected * 1000 },
    collect: () => {
      collected += 1;
      now += 70;
      return fails ? Promise.reject(new Error('no')) : Promise.resolve();
    },
  });
  garbage.sink({} as JournalEntry);
  await vi.advanceTimersByTimeAsync(10 * quietMs);
  garbage.stop();
  return { collected, lines: log.lines };
}

it('garbage is collected once it is quiet, and the log says what it took', async () => {
  const { collected, lines } = await afterRequest({});
  expect(collected).toBe(1);
  expect(lines).toMatchObject([{ level: 'debug', fields: { pause_ms: 70, freed_bytes: 1000 } }]);
});

it('a heap is left alone whose collection would take long', async () => {
  expect((await afterRequest({ heapBytes: largestHeapBytes + 1 })).collected).toBe(0);
});

it('nothing is collected while something is under way', async () => {
  expect((await afterRequest({ isBusy: true })).collected).toBe(0);
});

it('a collection that fails is told in the log', async () => {
  const { lines } = await afterRequest({ fails: true });
  expect(lines).toMatchObject([
    { level: 'warn', message: expect.stringContaining('could not be collected') as string },
  ]);
});
