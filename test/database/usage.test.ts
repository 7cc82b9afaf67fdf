import { expect, onTestFinished, test } from 'vitest';
import type { WireUsageReport } from '../../src/http/routes/logs/log-schema.ts';
import type { WireBudgets } from '../../src/http/routes/quota/quota-schema.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { cheapModel as model, startHarness, type ConfigChanges, type Harness } from '../support/harness.ts';
import { createDatabase } from '../support/postgres/open-postgres.ts';
import { startPostgres } from '../support/postgres/postgres-server.ts';

/** A service with a state file of its own, as on a machine of its own. */
async function start(url: string, changes: ConfigChanges = {}): Promise<Harness> {
  const harness = await startHarness({ kind: 'answer', text: 'served' }, { state: { url }, ...changes });
  onTestFinished(harness.stop);
  return harness;
}

async function ask({ url }: Harness, client: string): Promise<number> {
  const { status } = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': client, authorization: `Bearer ${client}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  return status;
}

async function usageOf({ url }: Harness, by: string): Promise<WireUsageReport> {
  return (await (await fetch(`${url}/v1/usage?by=${by}`)).json()) as WireUsageReport;
}

const requestsOf = ({ scope, data }: WireUsageReport) => ({
  scope,
  requests: Object.fromEntries(data.map(({ client, requests }) => [client ?? '', requests] as const)),
});

test('usage is that of all services, its own newest requests at once and others’ soon, and once each', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const [one, other] = [await start(url), await start(url)];
  await ask(one, 'ada');
  await ask(one, 'bob');
  await ask(other, 'ada');
  expect(requestsOf(await usageOf(one, 'client'))).toMatchObject({
    requests: { ada: expect.any(Number) as number, bob: 1 },
  });
  const all = { scope: 'all', requests: { ada: 2, bob: 1 } };
  for (const harness of [one, other]) {
    await expect.poll(async () => requestsOf(await usageOf(harness, 'client'))).toEqual(all);
    for (const by of ['day', 'hour', 'model', 'block']) {
      expect([by, (await usageOf(harness, by)).total.requests]).toEqual([by, 3]);
    }
  }
  await ask(one, 'ada');
  expect(requestsOf(await usageOf(one, 'client')).requests).toEqual({ ada: 3, bob: 1 });

  // Its end publishes what is left, and others go on knowing what it has used.
  await one.stop();
  expect(requestsOf(await usageOf(other, 'client')).requests).toEqual({ ada: 3, bob: 1 });
});

test('a budget that is used up through one service is refused by the other', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const tokens = [{ hash: hashToken('ada'), name: 'ada', role: 'viewer', budget: { tokens_per_day: 1 } }] as const;
  const changes = { server: { tokens } };
  const [one, other] = [await start(url, changes), await start(url, changes)];
  expect([await ask(one, 'ada'), await ask(one, 'ada')]).toEqual([200, 429]);
  const isKnown = async (): Promise<boolean> => {
    const response = await fetch(`${other.url}/v1/budgets`, { headers: { authorization: 'Bearer ada' } });
    const { data } = (await response.json()) as WireBudgets;
    return data.some(({ used, limit }) => used >= limit);
  };
  // It looks again when what it knows is 15 seconds old.
  await expect.poll(isKnown, { timeout: 40_000, interval: 500 }).toBe(true);
  expect(await ask(other, 'ada')).toBe(429);
});

test('without the database usage is that of the service alone, says so, and is whole again when the database is back', async () => {
  const server = await startPostgres();
  onTestFinished(server.remove);
  const url = server.urlOf('postgres');
  const [one, other] = [await start(url), await start(url)];
  await ask(one, 'ada');
  await expect.poll(async () => requestsOf(await usageOf(other, 'client')).requests).toEqual({ ada: 1 });
  await server.stop();

  await ask(one, 'ada');
  await ask(other, 'bob');
  const report = await usageOf(other, 'client');
  expect(requestsOf(report)).toEqual({ scope: 'machine', requests: { bob: 1 } });
  expect(report.incomplete).toMatch(/^The database 127\.0\.0\.1:\d+\/postgres can't be used: .* this machine alone\.$/);

  await server.start();
  await expect
    .poll(async () => requestsOf(await usageOf(other, 'client')), { timeout: 40_000 })
    .toEqual({ scope: 'all', requests: { ada: 2, bob: 1 } });
});
