import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { WireJob } from '../../../src/dialect/jobs/job-schema.ts';
import { carefulIn, openAgentHouse, type AgentHouse, type RunningHouse } from '../../support/agents/agent-house.ts';
import { bash, calls, says, write } from '../../support/agents/scripted.ts';
import { WatchedSession } from '../../support/agents/watched-session.ts';
import { endProcessesOf, processesOf } from '../../support/service/home.ts';
import { startService } from '../../support/service/start-service.ts';
import { started } from '../../support/started.ts';
import { startWebhook } from '../../support/webhook.ts';

/* Agents that are asked once and whose answers are fetched later, through the real CLI. */

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let house: AgentHouse;
let running: RunningHouse;
let url: string;

beforeEach(async () => {
  house = await openAgentHouse();
});

afterEach(() => house.stop());

async function start(webhook?: string): Promise<void> {
  const told = webhook === undefined ? {} : { webhook, webhook_secret: secret };
  running = await house.start({ jobs: { ...told, allow_webhooks: true } });
  url = running.client.baseURL;
}

async function ask(path: string, method = 'GET', body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function begin(prompt: string): Promise<string> {
  const { status, body } = await ask('/v1/jobs', 'POST', { agent: 'careful', prompt });
  expect(status, JSON.stringify(body)).toBe(202);
  return (body as WireJob).job_id;
}

const job = async (id: string): Promise<WireJob> => (await ask(`/v1/jobs/${id}`)).body as WireJob;

async function until(id: string, isSo: (job: WireJob) => boolean): Promise<WireJob> {
  await expect.poll(async () => isSo(await job(id)), { timeout: 30_000 }).toBe(true);
  return job(id);
}

const over = ({ status }: WireJob): boolean => status !== 'queued' && status !== 'running';

/** The agent is at work, in the middle of what nobody ends. */
async function atWork(id: string): Promise<string> {
  await until(id, ({ session_id: session }) => session !== null);
  await expect.poll(() => existsSync(join(house.folder, 'begun')), { timeout: 30_000 }).toBe(true);
  return (await job(id)).session_id ?? '';
}

const endless = calls(bash('touch begun && sleep 300'));

test('its job has what it said last, the session in which it was said, and tells a webhook', async () => {
  const webhook = await startWebhook();
  await start(webhook.url);
  house.standIn.behave([calls(bash('touch sorted')), says('Two photos are sorted.')]);
  const id = await begin('Sort the photos.');
  const done = await until(id, over);
  expect(done).toMatchObject({
    ...{ status: 'completed', agent: 'careful', endpoint: null, text: 'Two photos are sorted.', error: null },
    result: null,
  });
  expect(existsSync(join(house.folder, 'sorted'))).toBe(true);
  const session = await running.client.beta.sessions.retrieve(done.session_id ?? '');
  expect(session).toMatchObject({ status: 'idle', metadata: { source: 'job', job_id: id } });
  await expect.poll(() => webhook.received.length).toBe(1);
  const [told] = webhook.received;
  expect(told?.body).toMatchObject({ type: 'job.completed', data: { id, status: 'completed' } });
  const { 'webhook-id': name, 'webhook-timestamp': at, 'webhook-signature': signature } = told?.headers ?? {};
  const signed = `${String(name)}.${String(at)}.${told?.text ?? ''}`;
  expect(signature).toBe(`v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')}`);
});

test('it waits for an answer to what it asks, which its session takes', async () => {
  await start();
  house.standIn.behave([calls(write(join(house.folder, 'note'))), says('Noted.')]);
  const id = await begin('Note it.');
  const { session_id: session } = await until(id, ({ session_id: session }) => session !== null);
  const { events } = running.client.beta.sessions;
  const find = async () => (await events.list(session ?? '', { types: ['agent.tool_use'] })).data[0];
  await expect.poll(find, { timeout: 30_000 }).toBeDefined();
  const call = await find();
  expect((await job(id)).status).toBe('running');
  expect(existsSync(join(house.folder, 'note'))).toBe(false);
  await events.send(session ?? '', {
    events: [{ type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', result: 'allow' }],
  });
  expect(await until(id, over)).toMatchObject({ status: 'completed', text: 'Noted.' });
  expect(existsSync(join(house.folder, 'note'))).toBe(true);
});

test('its job is stopped with what it runs, and its session goes on when it is asked', async () => {
  const webhook = await startWebhook();
  await start(webhook.url);
  house.standIn.behave([endless, says('not reached')]);
  const id = await begin('Wait.');
  const session = await atWork(id);
  expect((await ask(`/v1/jobs/${id}/stop`, 'POST')).body).toMatchObject({ status: 'stopped', session_id: session });
  await expect.poll(async () => (await running.client.beta.sessions.retrieve(session)).status).toBe('idle');
  await expect.poll(() => webhook.received.map(({ body }) => body['type'])).toEqual(['job.stopped']);
  expect(await job(id)).toMatchObject({ status: 'stopped', text: null, error: null });
  house.standIn.behave(says('Here.'));
  const watched = await WatchedSession.of(running.client, session);
  await running.client.beta.sessions.events.send(session, {
    events: [{ type: 'user.message', content: [{ type: 'text', text: 'Go on.' }] }],
  });
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  expect(await job(id)).toMatchObject({ status: 'stopped', text: null });
});

test('its job fails with what to do where the service was restarted during its turn, which is not repeated', async () => {
  const webhook = await startWebhook();
  await start(webhook.url);
  house.standIn.behave([endless, says('not reached')]);
  const id = await begin('Wait.');
  const session = await atWork(id);
  const asked = house.standIn.requests.length;
  await running.service.stop();
  expect(processesOf(house.home)).toEqual([]);
  await start(webhook.url);
  const failed = await until(id, over);
  expect(failed).toMatchObject({ status: 'failed', session_id: session, text: null });
  expect(failed.error?.message).toContain('shut down during the turn');
  expect(failed.error?.message).toContain(`Look at the events of the session ${session}`);
  expect(failed.error?.message).toMatch(/Send it a message to go on, or begin another job\.$/);
  expect(house.standIn.requests).toHaveLength(asked);
  await expect.poll(() => webhook.received.map(({ body }) => body['type'])).toEqual(['job.failed']);
});

test('its job fails with what to do where the service was killed during its turn, which is not repeated', async () => {
  house.standIn.behave([endless, says('not reached')]);
  const { start, stop } = await started((cleanup) => {
    cleanup.defer(() => endProcessesOf(house.home));
    const surroundings = { home: house.home, cleanup, apiUrl: house.standIn.url };
    const sections = {
      pool: { warm_per_model: 0 },
      state: { path: join(house.home, 'state.db') },
      agents: { careful: carefulIn(house.folder) },
    };
    return Promise.resolve({ start: () => startService({ as: 'child-process', ...surroundings, sections }) });
  });
  onTestFinished(stop);
  const first = await start();
  url = first.url;
  const id = await begin('Wait.');
  const session = await atWork(id);
  const asked = house.standIn.requests.length;
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  // What it has left, which nobody watches any more.
  await endProcessesOf(house.home);
  ({ url } = await start());
  const failed = await until(id, over);
  expect(failed).toMatchObject({ status: 'failed', session_id: session, text: null });
  expect(failed.error?.message).toMatch(/Look at the events of the session .* begin another job\.$/);
  expect(house.standIn.requests).toHaveLength(asked);
});

test('there is no job of an agent that there is not', async () => {
  await start();
  const { status, body } = await ask('/v1/jobs', 'POST', { agent: 'nobody', prompt: 'Sort.' });
  expect(status).toBe(404);
  expect(body).toMatchObject({
    error: { param: 'agent', message: expect.stringContaining('GET /v1/agents') as unknown },
  });
});
