import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../feature/batches/open-batches.ts';
import {
  concurrency,
  numberedAnswers,
  numberedRequests,
  prepareService,
  startCountingApi,
  toNumberedAnswer,
} from '../feature/batches/batch-services.ts';
import { batchesOfFile } from '../support/batches-beside.ts';
import { started } from '../support/started.ts';

const requestCount = 1000;
const kills = 50;

it(
  'a batch whose service is killed again and again is answered as a whole, each request once',
  { timeout: 400_000 },
  async () => {
    const { path, start, calls, stop } = await started(async (cleanup) => {
      const { url, calls } = await startCountingApi(cleanup);
      const { home, start } = prepareService(cleanup, url, {});
      return { path: join(home, 'state.db'), start, calls };
    });
    onTestFinished(stop);
    const client = batchesOfFile(path);
    onTestFinished(client.close);
    const { id } = await client.create(inTurn(numberedRequests(requestCount)));

    const get = () => client.get(id);
    const countAnswers = async (): Promise<number> => (await get()).counts.succeeded;
    let killedAtWork = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const child = await start();
      const before = await countAnswers();
      // Some before the first request was taken; most while answers come and are kept, after a number of them.
      if (kill % 5 === 0) await sleep(kill * 4);
      else await expect.poll(countAnswers, { timeout: 30_000, interval: 3 }).toBeGreaterThan(before + (kill % 11));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const after = await countAnswers();
      if (after > before && after < requestCount) killedAtWork += 1;
    }
    expect(killedAtWork).toBeGreaterThan(kills / 2);

    await start();
    await expect.poll(async () => (await get()).status, { timeout: 120_000, interval: 200 }).toBe('ended');
    expect(await get()).toMatchObject({
      end: 'completed',
      counts: { processing: 0, succeeded: requestCount, errored: 0, canceled: 0, expired: 0 },
    });
    const results = await client.results(id);
    expect(results.map(toNumberedAnswer)).toEqual(numberedAnswers(requestCount));
    // Asked again was only what was under way.
    expect(calls()).toBeLessThanOrEqual(requestCount + kills * concurrency);
  },
);
