import { DatabaseSync } from '@photostructure/sqlite';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { WireLogPage, WireLogStats, WireUsageReport } from '../../src/http/routes/logs/log-schema.ts';
import { fixtureCli } from '../process/fixture.ts';
import { makeHome } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { started } from '../support/started.ts';

/** Rows are written once a second; what a busy machine may take besides. */
const lostMs = 1000 + 2000;

/** Requests that the file has: the service itself would write what waits when it is asked. */
function countRows(path: string): number {
  if (!existsSync(path)) return 0;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  try {
    return (database.prepare('SELECT count(*) AS count FROM access_log').get() as { count: number }).count;
  } catch {
    // It has not been migrated so far.
    return 0;
  } finally {
    database.close();
  }
}

it('a service that is killed under load loses the last second of its log, and sums are those of the rows', async () => {
  const { path, start, stop } = await started((cleanup) => {
    const home = makeHome(cleanup, 'harness-killed-');
    const path = join(home, 'state.db');
    const surroundings = { home, cleanup, cli: fixtureCli('fails.sh'), apiUrl: 'http://127.0.0.1:9' };
    const start = () => startService({ as: 'child-process', ...surroundings, sections: { state: { path } } });
    return Promise.resolve({ path, start });
  });
  onTestFinished(stop);
  const { url, child } = await start();
  const answeredAt: number[] = [];
  const load = Array.from({ length: 4 }, async (_, n) => {
    for (;;) {
      const body = JSON.stringify({ model: 'no-such-model', messages: [{ role: 'user', content: 'Hello' }] });
      const headers = { 'content-type': 'application/json', 'x-user-id': `client ${n}` };
      try {
        await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
      } catch {
        return;
      }
      answeredAt.push(performance.now());
    }
  });
  await expect.poll(() => countRows(path), { timeout: 30_000 }).toBeGreaterThan(20);
  const killedAt = performance.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  await Promise.all(load);

  const next = await start();
  const read = async (question: string): Promise<unknown> => (await fetch(next.url + question)).json();
  const stats = (await read('/v1/logs/stats')) as WireLogStats;
  expect(stats.requests).toBeGreaterThanOrEqual(answeredAt.filter((at) => at < killedAt - lostMs).length);
  expect(stats.requests).toBe(countRows(path));
  for (const by of ['day', 'hour', 'client', 'model', 'block']) {
    const { total } = (await read(`/v1/usage?by=${by}`)) as WireUsageReport;
    expect([by, total.requests]).toEqual([by, stats.requests]);
  }
  const { results } = (await read('/logs/query?limit=5000')) as WireLogPage;
  expect(results).toHaveLength(Math.min(stats.requests, 5000));
});
