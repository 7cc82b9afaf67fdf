import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { WireJob, WireJobList } from '../../src/dialect/jobs/job-schema.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { cheapModel as model } from '../support/harness.ts';
import { countProcesses, makeHome, processesOf } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { started } from '../support/started.ts';
import { conversationOf } from '../support/upstream.ts';
import { startWebhook } from '../support/webhook.ts';

/* What is asked now and fetched later, through the real CLI. */

const shared = sharedHarness({ kind: 'answer', text: 'The sea is wide.' }, { jobs: { allow_webhooks: true } });

async function send<Answer>(url: string, method: string, body?: object): Promise<{ status: number; body: Answer }> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function until(url: string, status: WireJob['status']): Promise<WireJob> {
  await expect.poll(async () => (await send<WireJob>(url, 'GET')).body.status, { timeout: 25_000 }).toBe(status);
  return (await send<WireJob>(url, 'GET')).body;
}

test('a question is asked at once and its answer fetched where the job says, which a webhook is told', async () => {
  const { url } = shared.harness;
  const webhook = await startWebhook();
  const { status, body: created } = await send<WireJob>(`${url}/v1/jobs`, 'POST', {
    ...{ prompt: 'Write about the sea.', model, system: 'Be brief.', metadata: { night: '12' }, webhook: webhook.url },
  });
  expect(status).toBe(202);
  expect(created).toMatchObject({ status: 'queued', poll_url: `${url}/v1/jobs/${created.job_id}`, model });
  const job = await until(created.poll_url, 'completed');
  expect(job).toMatchObject({ text: 'The sea is wide.', result_status: 200, result: { type: 'message' }, error: null });
  expect(conversationOf(shared.requests().at(-1))).toEqual([{ role: 'user', content: ['Write about the sea.'] }]);
  await expect.poll(() => webhook.received.map(({ body }) => body['type'])).toEqual(['job.completed']);
  const { body: list } = await send<WireJobList>(`${url}/v1/jobs?limit=1`, 'GET');
  expect(list).toMatchObject({ data: [{ job_id: job.job_id, text: job.text, result: null }], has_more: false });
  expect((await send(created.poll_url, 'DELETE')).body).toEqual({ job_id: job.job_id, object: 'job', deleted: true });
  expect((await send(created.poll_url, 'GET')).status).toBe(404);
});

test('any request may be one, and is refused at once where it is wrong', async () => {
  const { url } = shared.harness;
  const ask = (body: object) => send<WireJob>(`${url}/v1/jobs`, 'POST', body);
  const { body: created } = await ask({ endpoint: '/v1/responses', body: { model, input: 'Hello', store: false } });
  expect(await until(created.poll_url, 'completed')).toMatchObject({
    text: 'The sea is wide.',
    result: { object: 'response' },
  });
  const wrong = await ask({ endpoint: '/v1/chat/completions', body: { model, messages: [] } });
  expect(wrong).toMatchObject({ status: 400, body: { error: { param: 'messages' } } });
  expect((await ask({ prompt: 'a', stream: true })).status).toBe(400);
  expect((await ask({ prompt: 'a', endpoint: '/v1/models' })).status).toBe(404);
});

test('a job that runs can be stopped', async () => {
  const { url, standIn } = shared.harness;
  standIn.behave({ kind: 'hang' });
  const { body: created } = await send<WireJob>(`${url}/v1/jobs`, 'POST', { prompt: 'Hello', model });
  await expect.poll(() => shared.requests().length, { timeout: 20_000 }).toBe(1);
  expect((await send<WireJob>(`${created.poll_url}/stop`, 'POST')).body).toMatchObject({ status: 'stopped' });
  standIn.behave({ kind: 'answer', text: 'The sea is wide.' });
  expect((await send<WireJob>(created.poll_url, 'GET')).body).toMatchObject({ status: 'stopped', result: null });
});

test('jobs of a service that is killed are answered after its restart, once each', async () => {
  const { standIn, start, stop } = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'harness-jobs-');
    const standIn = await startStandIn({ behaviour: { kind: 'hang' } });
    cleanup.defer(() => standIn.stop());
    cleanup.defer(async () => {
      // Processes of the CLI that the killed service has left in a turn.
      for (const pid of processesOf(home)) process.kill(pid, 'SIGKILL');
      await expect.poll(() => countProcesses(home)).toBe(0);
    });
    const surroundings = { home, cleanup, apiUrl: standIn.url };
    const sections = { state: { path: `${home}/state.db` }, jobs: { concurrency: 2 } };
    return { standIn, start: () => startService({ as: 'child-process', ...surroundings, sections }) };
  });
  onTestFinished(stop);
  const first = await start();
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    const { body } = await send<WireJob>(`${first.url}/v1/jobs`, 'POST', { prompt: `Question ${count}`, model });
    ids.push(body.job_id);
  }
  await expect.poll(() => standIn.requests.length, { timeout: 25_000 }).toBe(2);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  standIn.behave({ kind: 'answer', text: 'Here it is.' });
  const before = standIn.requests.length;
  const { url } = await start();
  for (const id of ids) {
    expect(await until(`${url}/v1/jobs/${id}`, 'completed')).toMatchObject({ text: 'Here it is.' });
  }
  const asked = standIn.requests.slice(before).map((request) => conversationOf(request).at(-1)?.content.at(-1));
  expect(asked.toSorted()).toEqual(ids.map((_, index) => `Question ${index}`));
});
