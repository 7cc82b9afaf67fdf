import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Coalesced } from '../../src/util/coalesced.ts';
import { createDeferred } from '../../src/util/deferred.ts';

function opened() {
  const runs: ReturnType<typeof createDeferred<void>>[] = [];
  const work = new Coalesced(() => {
    const run = createDeferred<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, work };
}

it('does work once for all who ask before it begins', async () => {
  const { runs, work } = opened();
  work.ask();
  work.ask();
  expect(runs).toHaveLength(0);
  await expect.poll(() => runs.length).toBe(1);
  runs[0]?.resolve();
  await sleep(5);
  expect(runs).toHaveLength(1);
});

it('does it again, once, for all who ask meanwhile, and never twice at a time', async () => {
  const { runs, work } = opened();
  work.ask();
  await expect.poll(() => runs.length).toBe(1);
  work.ask();
  work.ask();
  await sleep(5);
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.resolve();
  await sleep(5);
  expect(runs).toHaveLength(2);
});

it('waits for what is under way when it is stopped, and does nothing any more', async () => {
  const { runs, work } = opened();
  work.ask();
  await expect.poll(() => runs.length).toBe(1);
  work.ask();
  let isStopped = false;
  const stopping = work.stop().then(() => {
    isStopped = true;
  });
  await setImmediate();
  expect(isStopped).toBe(false);
  runs[0]?.resolve();
  await stopping;
  work.ask();
  await sleep(5);
  expect(runs).toHaveLength(1);
});
