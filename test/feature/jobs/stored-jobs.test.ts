import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { startWebhook } from '../../support/webhook.ts';
import { hanging, openJobs, reply, request, soon } from './open-jobs.ts';

const failure = (code: string) => expect.objectContaining({ code }) as unknown;

describe('a job', () => {
  it('runs at once, and keeps its answer', async () => {
    const { jobs, asked, until, state } = openJobs();
    const created = await jobs.create('sha256:a', 'night', { ...request, model: 'haiku' });
    expect(created).toMatchObject({
      status: 'queued',
      path: '/v1/messages',
      model: 'haiku',
      metadata: { night: '12' },
    });
    const job = await until(created.id, 'completed', 'sha256:a');
    const { status, requestId, body, usage } = reply;
    const { now } = state.clock;
    expect(job).toMatchObject({ response: { status, requestId, body }, usage, startedAt: now, endedAt: now });
    expect(asked).toEqual([
      { path: '/v1/messages', body: '{"a":1}', caller: 'sha256:a', client: 'night', batch: created.id },
    ]);
  });

  it('that fails keeps what its endpoint would have said', async () => {
    const error = new HarnessError('OVERLOADED', 'Busy.');
    const { jobs, until } = openJobs({
      answer: () => Promise.resolve({ ...reply, status: 529, body: { type: 'error' }, error }),
    });
    const { id } = await jobs.create(undefined, undefined, request);
    expect(await until(id, 'failed')).toMatchObject({
      response: { status: 529, body: { type: 'error' } },
      error: { code: 'overloaded', message: 'Busy.' },
    });
  });

  it('is not kept where its request is wrong, or its client has too many', async () => {
    const wrong = openJobs({ check: () => Promise.reject(new HarnessError('INVALID_REQUEST', 'Wrong.')) });
    await expect(wrong.jobs.create(undefined, undefined, request)).rejects.toEqual(failure('INVALID_REQUEST'));
    expect((await wrong.jobs.list(undefined, { limit: 5 })).data).toEqual([]);
    const { jobs } = openJobs({ answer: hanging, maxOpen: 1 });
    await jobs.create(undefined, undefined, request);
    await expect(jobs.create(undefined, undefined, request)).rejects.toEqual(failure('QUEUE_FULL'));
    expect(await jobs.create('sha256:a', undefined, request)).toMatchObject({ status: 'queued' });
    await expect(jobs.create(undefined, undefined, { ...request, webhook: 'http://a/' })).rejects.toEqual(
      failure('INVALID_REQUEST'),
    );
  });

  it('is its owner’s alone', async () => {
    const { jobs } = openJobs();
    const { id } = await jobs.create('sha256:a', undefined, request);
    for (const work of [jobs.get('sha256:b', id), jobs.stop('sha256:b', id), jobs.delete(undefined, id)]) {
      await expect(work).rejects.toEqual(failure('JOB_NOT_FOUND'));
    }
    expect((await jobs.list('sha256:b', { limit: 5 })).data).toEqual([]);
    expect((await jobs.get('sha256:a', id)).id).toBe(id);
  });

  it('is listed, newest first, page by page', async () => {
    const { jobs } = openJobs();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.unshift((await jobs.create(undefined, undefined, request)).id);
    const first = await jobs.list(undefined, { limit: 2 });
    expect([first.data.map(({ id }) => id), first.hasMore]).toEqual([ids.slice(0, 2), true]);
    const rest = await jobs.list(undefined, { limit: 2, after: ids[1] ?? '' });
    expect([rest.data.map(({ id }) => id), rest.hasMore]).toEqual([ids.slice(2), false]);
    await expect(jobs.list(undefined, { limit: 2, after: 'job_none' })).rejects.toEqual(failure('JOB_NOT_FOUND'));
  });

  it('can be stopped and deleted, while it runs and while it waits', async () => {
    const { jobs, asked, until } = openJobs({ answer: hanging, concurrency: 1 });
    const running = await jobs.create(undefined, undefined, request);
    const waiting = await jobs.create(undefined, undefined, request);
    await until(running.id, 'running');
    expect(await jobs.stop(undefined, waiting.id)).toMatchObject({ status: 'stopped' });
    expect(await jobs.stop(undefined, running.id)).toMatchObject({ status: 'stopped' });
    const last = await jobs.create(undefined, undefined, request);
    await until(last.id, 'running');
    await jobs.delete(undefined, last.id);
    await expect(jobs.get(undefined, last.id)).rejects.toEqual(failure('JOB_NOT_FOUND'));
    expect(asked.map(({ batch }) => batch)).toEqual([running.id, last.id]);
    expect(await jobs.get(undefined, running.id)).not.toHaveProperty('response');
  });

  it('is gone when its time is over', async () => {
    const { jobs, until, state } = openJobs();
    const { id } = await jobs.create(undefined, undefined, request);
    await until(id, 'completed');
    state.clock.now += 1000;
    await expect(jobs.get(undefined, id)).rejects.toEqual(failure('JOB_NOT_FOUND'));
    expect(await jobs.prune()).toBe(false);
    const count = state.file.read((database): unknown => database.prepare('SELECT count(*) FROM jobs').pluck().get());
    expect(count).toBe(0);
  });
});

describe('a job after the end of its service', () => {
  it('runs again where it had not ended, and its answer is kept once', async () => {
    const first = openJobs({ answer: hanging, concurrency: 1 });
    const running = await first.jobs.create(undefined, undefined, request);
    const waiting = await first.jobs.create(undefined, undefined, request);
    await first.until(running.id, 'running');
    // It is killed: nothing of it is told that it ends.
    first.drain();
    const second = openJobs({ path: first.state.path, isGone: (id) => id === first.serviceId });
    await second.until(running.id, 'completed');
    await second.until(waiting.id, 'completed');
    expect(second.asked.map(({ batch }) => batch)).toEqual([running.id, waiting.id]);
    await first.stop();
    expect(await second.jobs.get(undefined, running.id)).toMatchObject({ status: 'completed' });
  });

  it('is left alone while its service may be there', async () => {
    const first = openJobs({ answer: hanging });
    const { id } = await first.jobs.create(undefined, undefined, request);
    await first.until(id, 'running');
    const second = openJobs({ path: first.state.path });
    const other = await second.jobs.create(undefined, undefined, request);
    await second.until(other.id, 'completed');
    expect(second.asked.map(({ batch }) => batch)).toEqual([other.id]);
  });

  it('waits for the next one where the service is stopped', async () => {
    const first = openJobs({ answer: hanging });
    const { id } = await first.jobs.create(undefined, undefined, request);
    await first.until(id, 'running');
    await first.stop();
    expect(await first.jobs.get(undefined, id)).toMatchObject({ status: 'queued' });
    const second = openJobs({ path: first.state.path });
    await second.until(id, 'completed');
  });

  it('waits for the next one where its request came too late for this one', async () => {
    const first = openJobs({
      answer: () => {
        // The runner itself is told a moment later.
        first.drain();
        const error = new HarnessError('DRAINING', 'The service is shutting down.');
        return Promise.resolve({ ...reply, status: 503, error });
      },
    });
    const { id } = await first.jobs.create(undefined, undefined, request);
    await expect.poll(() => first.asked.length, soon).toBe(1);
    await first.stop();
    expect(await first.jobs.get(undefined, id)).toMatchObject({ status: 'queued' });
    await openJobs({ path: first.state.path }).until(id, 'completed');
  });
});

describe('the end of a job', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

  it('is told, signed, and again where the webhook fails', async () => {
    const webhook = await startWebhook((_received, count) => (count === 1 ? 503 : 200));
    const { jobs, until } = openJobs({ webhook: webhook.url, secret });
    const { id } = await jobs.create(undefined, undefined, request);
    await until(id, 'completed');
    await expect.poll(() => webhook.received.length, soon).toBe(2);
    const [, told] = webhook.received;
    expect(told?.body).toMatchObject({
      type: 'job.completed',
      data: { id, status: 'completed', metadata: { night: '12' } },
    });
    const { 'webhook-id': name, 'webhook-timestamp': at, 'webhook-signature': signature } = told?.headers ?? {};
    const signed = `${String(name)}.${String(at)}.${told?.text ?? ''}`;
    expect(signature).toBe(`v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')}`);
  });

  it('is told to whom its client names, where that is allowed, also where it was stopped', async () => {
    const webhook = await startWebhook();
    const { jobs, until } = openJobs({ answer: hanging, allowsOwnWebhook: true });
    const { id } = await jobs.create(undefined, undefined, { ...request, webhook: webhook.url });
    await until(id, 'running');
    await jobs.stop(undefined, id);
    await expect.poll(() => webhook.received.map(({ body }) => body['type']), soon).toEqual(['job.stopped']);
  });
});
