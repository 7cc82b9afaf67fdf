import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { WireJob } from '../../src/dialect/jobs/job-schema.ts';
import type { BehaviourSource } from '../../src/stand-in/behaviour.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { temporaryFolder } from '../feature/files/files-at.ts';
import { carefulIn } from '../support/agents/agent-house.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { says } from '../support/agents/scripted.ts';
import { cheapModel as model, startHarness, type ConfigChanges, type Harness } from '../support/harness.ts';
import { createDatabase } from '../support/postgres/open-postgres.ts';
import { startPostgres } from '../support/postgres/postgres-server.ts';
import { endProcessesOf, makeHome } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { started } from '../support/started.ts';
import { startWebhook } from '../support/webhook.ts';

/* Jobs of services that have a state file each, as on machines of their own, and a database in common. */

/** A service looks for what others have left every ten seconds. */
const patiently = { timeout: 30_000 };

/** What all machines of a house have in common. */
async function openHouse(databaseUrl?: string) {
  const { url, drop } = databaseUrl === undefined ? await createDatabase() : { url: databaseUrl, drop: undefined };
  if (drop !== undefined) onTestFinished(drop);
  const path = temporaryFolder();
  return {
    ...{ url, path },
    start: async (behaviour: BehaviourSource, changes: ConfigChanges = {}): Promise<Harness> => {
      const shared = { state: { url }, files: { shared: true, path } };
      const harness = await startHarness(behaviour, { ...shared, ...changes });
      onTestFinished(harness.stop);
      return harness;
    },
  };
}

async function ask(url: string, method = 'GET', body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function begin(url: string, work: object = { prompt: 'Hello', model }): Promise<string> {
  const { status, body } = await ask(`${url}/v1/jobs`, 'POST', work);
  expect(status, JSON.stringify(body)).toBe(202);
  return (body as WireJob).job_id;
}

async function jobOf(url: string, id: string): Promise<WireJob> {
  return (await ask(`${url}/v1/jobs/${id}`)).body as WireJob;
}

async function until(url: string, id: string, status: WireJob['status']): Promise<WireJob> {
  await expect.poll(async () => (await jobOf(url, id)).status, patiently).toBe(status);
  return jobOf(url, id);
}

const turnsOf = async (url: string) => ((await ask(`${url}/v1/turns`)).body as { data: object[] }).data;

test('a job that one service runs is shown, listed, stopped and deleted through the other', async () => {
  const { start } = await openHouse();
  const one = await start({ kind: 'hang' });
  const id = await begin(one.url);
  await expect.poll(() => turnsOf(one.url), patiently).toHaveLength(1);
  const other = await start({ kind: 'answer', text: 'unused' });
  expect(await jobOf(other.url, id)).toMatchObject({ job_id: id, status: 'running', model });
  expect((await ask(`${other.url}/v1/jobs`)).body).toMatchObject({ data: [{ job_id: id }], has_more: false });
  expect((await ask(`${other.url}/v1/jobs/${id}/stop`, 'POST')).body).toMatchObject({ status: 'stopped' });
  await expect.poll(() => turnsOf(one.url), patiently).toEqual([]);
  expect(await jobOf(one.url, id)).toMatchObject({ status: 'stopped', result: null });
  expect((await ask(`${other.url}/v1/jobs/${id}`, 'DELETE')).status).toBe(200);
  expect((await ask(`${one.url}/v1/jobs/${id}`)).status).toBe(404);
  expect(other.standIn.requests).toEqual([]);
});

test('a request waits for a place on any machine, an agent for one on its own', async () => {
  const { start } = await openHouse();
  const jobs = { concurrency: 1 };
  const withAgent = (): ConfigChanges => {
    const folder = join(temporaryFolder(), 'work');
    mkdirSync(folder);
    return { jobs, agents: agentsConfig({ careful: carefulIn(folder) }) };
  };
  const one = await start({ kind: 'hang' }, withAgent());
  const working = await begin(one.url, { agent: 'careful', prompt: 'Sort.' });
  await expect.poll(() => one.standIn.requests.length, patiently).toBe(1);
  const waiting = await begin(one.url, { agent: 'careful', prompt: 'Sort again.' });
  const request = await begin(one.url);

  const other = await start(says('Hello from the other.'), withAgent());
  expect((await until(other.url, request, 'completed')).text).toBe('Hello from the other.');
  expect(other.standIn.requests).toHaveLength(1);
  expect((await jobOf(other.url, waiting)).status).toBe('queued');

  one.standIn.behave(says('Sorted.'));
  await ask(`${other.url}/v1/jobs/${working}/stop`, 'POST');
  expect(await until(other.url, waiting, 'completed')).toMatchObject({ text: 'Sorted.', agent: 'careful' });
  expect(await jobOf(one.url, working)).toMatchObject({ status: 'stopped', text: null });
});

test('a job of a machine that is killed is run by another, and its end is told once', async () => {
  const webhook = await startWebhook();
  const { url, path, start } = await openHouse();
  const killed = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'harness-killed-');
    const standIn = await startStandIn({ behaviour: { kind: 'hang' } });
    cleanup.defer(() => standIn.stop());
    cleanup.defer(() => endProcessesOf(home));
    const state = { url, path: join(home, 'state.db') };
    const sections = { state, files: { shared: true, path }, jobs: { webhook: webhook.url } };
    const service = await startService({ as: 'child-process', home, cleanup, apiUrl: standIn.url, sections });
    return { ...service, home, standIn };
  });
  onTestFinished(killed.stop);
  const id = await begin(killed.url);
  await expect.poll(() => killed.standIn.requests.length, patiently).toBe(1);

  const jobs = { webhook: webhook.url };
  const other = await start({ kind: 'answer', text: 'Hello from the other.' }, { jobs });
  const third = await start({ kind: 'answer', text: 'Hello from the other.' }, { jobs });
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  await endProcessesOf(killed.home);
  expect(await until(other.url, id, 'completed')).toMatchObject({ text: 'Hello from the other.', result_status: 200 });
  expect((await jobOf(third.url, id)).text).toBe('Hello from the other.');
  expect([...other.standIn.requests, ...third.standIn.requests]).toHaveLength(1);
  await expect.poll(() => webhook.received.map(({ body }) => body['type'])).toEqual(['job.completed']);
});

test('while the database is away a job is refused with what to do, and one that runs goes on when it is back', async () => {
  const server = await startPostgres();
  onTestFinished(server.remove);
  const { start } = await openHouse(server.urlOf('postgres'));
  const { url, standIn, log } = await start({ kind: 'hang' });
  const running = await begin(url);
  await expect.poll(() => standIn.requests.length, patiently).toBe(1);
  await server.stop();
  const message = `The database 127.0.0.1:${server.port}/postgres can't be used: nothing listens there`;
  const wrong = { error: { message: expect.stringContaining(message) as unknown } };
  // What loses its connection is told so; then none is made.
  await expect.poll(() => ask(`${url}/v1/jobs/${running}`), patiently).toMatchObject({ status: 500, body: wrong });
  expect(await ask(`${url}/v1/jobs`, 'POST', { prompt: 'Hello', model })).toMatchObject({ status: 500, body: wrong });

  await server.start();
  standIn.behave({ kind: 'answer', text: 'Hello.' });
  await expect.poll(async () => (await ask(`${url}/v1/jobs/${running}`)).status, patiently).toBe(200);
  expect((await until(url, await begin(url), 'completed')).text).toBe('Hello.');
  expect(await jobOf(url, running)).toMatchObject({ status: 'running' });
  expect(await ask(`${url}/v1/jobs/${running}/stop`, 'POST')).toMatchObject({ body: { status: 'stopped' } });
  expect(log.lines.filter(({ message: text }) => text.startsWith(message))).toHaveLength(1);
});
