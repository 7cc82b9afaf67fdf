import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { inTurn } from '../feature/batches/open-batches.ts';
import { temporaryFolder } from '../feature/files/files-at.ts';
import {
  concurrency,
  numberedAnswers,
  numberedRequests,
  prepareService,
  startCountingApi,
  toNumberedAnswer,
} from '../feature/batches/batch-services.ts';
import { batchesOfDatabase } from '../support/batches-beside.ts';
import { createDatabase } from '../support/postgres/open-postgres.ts';
import { started } from '../support/started.ts';

const requestCount = 200;
const kills = 6;

it(
  'a batch of two services, one of which is killed again and again, is answered as a whole, each request once',
  { timeout: 200_000 },
  async () => {
    const { url, drop } = await createDatabase();
    onTestFinished(drop);
    const files = { shared: true, path: temporaryFolder() };
    const { starts, calls, stop } = await started(async (cleanup) => {
      const { url: apiUrl, calls } = await startCountingApi(cleanup);
      const prepare = () => prepareService(cleanup, apiUrl, { files, state: { url } }).start;
      return { starts: [prepare(), prepare()] as const, calls };
    });
    onTestFinished(stop);
    const client = batchesOfDatabase(url);
    onTestFinished(client.close);
    const { id } = await client.create(inTurn(numberedRequests(requestCount)));
    const succeeded = async (): Promise<number> => (await client.get(id)).counts.succeeded;

    const services: ChildProcess[] = [await starts[0](), await starts[1]()];
    let killedAtWork = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = await succeeded();
      await expect.poll(succeeded, { timeout: 30_000, interval: 5 }).toBeGreaterThan(before + (kill % 7));
      const which = kill % 2;
      services[which]?.kill('SIGKILL');
      if (services[which]?.exitCode === null && services[which].signalCode === null)
        await once(services[which], 'exit');
      if ((await succeeded()) < requestCount) killedAtWork += 1;
      services[which] = await (which === 0 ? starts[0] : starts[1])();
    }
    expect(killedAtWork).toBeGreaterThan(kills / 2);

    await expect.poll(async () => (await client.get(id)).status, { timeout: 120_000, interval: 200 }).toBe('ended');
    expect(await client.get(id)).toMatchObject({
      end: 'completed',
      counts: { processing: 0, succeeded: requestCount },
    });
    expect((await client.results(id)).map(toNumberedAnswer)).toEqual(numberedAnswers(requestCount));
    // Asked again was only what was under way.
    expect(calls()).toBeLessThanOrEqual(requestCount + kills * concurrency);
  },
);
