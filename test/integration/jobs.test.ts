import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { WireJob } from '../../src/dialect/jobs/job-schema.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { cheapModel as model } from '../support/harness.ts';
import { endProcessesOf, makeHome } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { started } from '../support/started.ts';
import { conversationOf } from '../support/upstream.ts';
import { startWebhook } from '../support/webhook.ts';

/* What is asked now and fetched later, through the real CLI. */

const shared = sharedHarness({ kind: 'answer', text: 'The sea is wide.' }, { jobs: { allow_webhooks: true } });

/** What is answered, as whoever asks knows it. */
async function send(url: string, method: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function jobAt(url: string, method = 'GET', body?: object): Promise<WireJob> {
  return (await send(url, method, body)).body as WireJob;
}

async function until(url: string, status: WireJob['status']): Promise<WireJob> {
  await expect.poll(async () => (await jobAt(url)).status, { timeout: 25_000 }).toBe(status);
  return jobAt(url);
}

test('a question is asked at once and its answer fetched where the job says, which a webhook is told', async () => {
  const { url } = shared.harness;
  const webhook = await startWebhook();
  const reply = await send(`${url}/v1/jobs`, 'POST', {
    ...{ prompt: 'Write about the sea.', model, system: 'Be brief.', metadata: { night: '12' }, webhook: webhook.url },
  });
  const created = reply.body as WireJob;
  expect(reply.status).toBe(202);
  expect(created).toMatchObject({ status: 'queued', poll_url: `${url}/v1/jobs/${created.job_id}`, model });
  const job = await until(created.poll_url, 'completed');
  expect(job).toMatchObject({ text: 'The sea is wide.', result_status: 200, result: { type: 'message' }, error: null });
  expect(conversationOf(shared.requests().at(-1))).toEqual([{ role: 'user', content: ['Write about the sea.'] }]);
  await expect.poll(() => webhook.received.map(({ body }) => body['type'])).toEqual(['job.completed']);
  const { body: list } = await send(`${url}/v1/jobs?limit=1`, 'GET');
  expect(list).toMatchObject({ data: [{ job_id: job.job_id, text: job.text, result: null }], has_more: false });
  expect((await send(created.poll_url, 'DELETE')).body).toEqual({ job_id: job.job_id, object: 'job', deleted: true });
  expect((await send(created.poll_url, 'GET')).status).toBe(404);
});

test('any request may be one, and is refused at once where it is wrong', async () => {
  const { url } = shared.harness;
  const ask = (body: object) => send(`${url}/v1/jobs`, 'POST', body);
  const { body } = await ask({ endpoint: '/v1/responses', body: { model, input: 'Hello', store: false } });
  const created = body as WireJob;
  expect(await until(created.poll_url, 'completed')).toMatchObject({
    text: 'The sea is wide.',
    result: { object: 'response' },
  });
  const wrong = await ask({ endpoint: '/v1/chat/completions', body: { model, messages: [] } });
  expect(wrong).toMatchObject({ status: 400, body: { error: { param: 'messages' } } });
  expect((await ask({ prompt: 'a', stream: true })).status).toBe(400);
  expect((await ask({ prompt: 'a', endpoint: '/v1/models' })).status).toBe(400);
});

test('a job that runs can be stopped', async () => {
  const { url, standIn } = shared.harness;
  standIn.behave({ kind: 'hang' });
  const created = await jobAt(`${url}/v1/jobs`, 'POST', { prompt: 'Hello', model });
  await expect.poll(() => shared.requests().length, { timeout: 20_000 }).toBe(1);
  expect(await jobAt(`${created.poll_url}/stop`, 'POST')).toMatchObject({ status: 'stopped' });
  standIn.behave({ kind: 'answer', text: 'The sea is wide.' });
  expect(await jobAt(created.poll_url)).toMatchObject({ status: 'stopped', result: null });
});

test('jobs of a service that is killed are answered after its restart, once each', async () => {
  const { home, standIn, start, stop } = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'harness-jobs-');
    const standIn = await startStandIn({ behaviour: { kind: 'hang' } });
    cleanup.defer(() => standIn.stop());
    cleanup.defer(() => endProcessesOf(home));
    const surroundings = { home, cleanup, apiUrl: standIn.url };
    const sections = { state: { path: `${home}/state.db` }, jobs: { concurrency: 2 } };
    return { home, standIn, start: () => startService({ as: 'child-process', ...surroundings, sections }) };
  });
  onTestFinished(stop);
  const first = await start();
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    const created = await jobAt(`${first.url}/v1/jobs`, 'POST', { prompt: `Question ${count}`, model });
    ids.push(created.job_id);
  }
  await expect.poll(() => standIn.requests.length, { timeout: 25_000 }).toBe(2);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  // Those of the CLI, which would ask again by themselves.
  await endProcessesOf(home);
  standIn.behave({ kind: 'answer', text: 'Here it is.' });
  const before = standIn.requests.length;
  const { url } = await start();
  for (const id of ids) {
    expect(await until(`${url}/v1/jobs/${id}`, 'completed')).toMatchObject({ text: 'Here it is.' });
  }
  const asked = standIn.requests.slice(before).map((request) => conversationOf(request).at(-1)?.content.at(-1));
  expect(asked.toSorted()).toEqual(ids.map((_, index) => `Question ${index}`));
});
