import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { startHarness, type Harness } from './harness.ts';

export interface SharedHarness {
  /** Within tests and hooks only. */
  readonly harness: Harness;
  /** What reached the API since the running test began. */
  requests: () => RecordedRequest[];
}

/** One harness for all tests of the file, started before the first and stopped after the last. */
export function sharedHarness(...options: Parameters<typeof startHarness>): SharedHarness {
  let harness: Harness | undefined;
  let first = 0;
  const started = (): Harness => {
    if (harness === undefined) throw new Error('the harness is started by a hook, and was asked for before');
    return harness;
  };
  beforeAll(async () => {
    harness = await startHarness(...options);
  });
  beforeEach(async () => {
    await turnsAreOver(started());
    first = started().standIn.requests.length;
  });
  afterAll(async () => {
    await harness?.stop();
  });
  return {
    get harness() {
      return started();
    },
    requests: () => started().standIn.requests.slice(first),
  };
}

/** The process of a turn may still begin a request while it is ended, which belongs to the test before. */
async function turnsAreOver({ allWait }: Harness): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await allWait()).toBe(true);
    },
    { timeout: 30_000, interval: 20 },
  );
}
