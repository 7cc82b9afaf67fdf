import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import OpenAI from 'openai';
import { createBatchNotices } from '../../../src/feature/batches/batch-notices.ts';
import { BatchTable } from '../../../src/feature/batches/batch-table.ts';
import { startWebhook, type Received } from '../../support/webhook.ts';
import { openBatches, requests } from './open-batches.ts';

const secret = `whsec_${Buffer.alloc(24, 'x').toString('base64')}`;

describe('the end of a batch', () => {
  it('is told to the webhook, signed so that the client libraries can verify it', async () => {
    const { url, received } = await startWebhook();
    const { engine, create, get } = await openBatches(undefined, { webhook: { url, secret, allowsOwn: false } });
    const { id } = await create(requests(2));
    engine.start();
    await expect.poll(() => received).toHaveLength(1);
    const [{ headers, text, body }] = received as [Received];
    expect(body).toEqual({
      ...{ id: `evt_${id}`, object: 'event', type: 'batch.completed' },
      created_at: Math.floor(((await get(id)).endedAt ?? 0) / 1000),
      data: { id, request_counts: { succeeded: 2, errored: 0, canceled: 0, expired: 0 } },
    });
    const signed = `evt_${id}.${String(headers['webhook-timestamp'])}.${text}`;
    const signature = createHmac('sha256', Buffer.alloc(24, 'x')).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    const client = new OpenAI({ apiKey: 'any', webhookSecret: secret });
    expect(await client.webhooks.unwrap(text, headers as Record<string, string>)).toMatchObject({ data: { id } });
    await expect(client.webhooks.unwrap(`${text} `, headers as Record<string, string>)).rejects.toThrow();
  });

  it('is told unsigned where there is no secret, and to nobody where there is no webhook', async () => {
    const { url, received } = await startWebhook();
    const { engine, create } = await openBatches(undefined, { webhook: { url, allowsOwn: false } });
    await create(requests(1));
    engine.start();
    await expect.poll(() => received).toHaveLength(1);
    expect(received[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it('is told to the webhook that the client names, where it may name one', async () => {
    const own = await startWebhook();
    const { engine, create } = await openBatches(undefined, {
      webhook: { allowsOwn: true, url: 'http://127.0.0.1:1' },
    });
    await create(requests(1), { webhook: own.url });
    engine.start();
    await expect.poll(() => own.received).toHaveLength(1);
    for (const webhook of ['ftp://host/', 'no address', 'http://user:secret@host/']) {
      await expect(create(requests(1), { webhook })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        facts: { param: 'metadata.webhook' },
      });
    }
    const strict = await openBatches(undefined, { webhook: { allowsOwn: false } });
    await expect(strict.create(requests(1), { webhook: own.url })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is told after a restart where the service stopped before', async () => {
    const { url, received } = await startWebhook((_received, count) => (count === 1 ? 503 : 200));
    const first = await openBatches(undefined, { webhook: { url, allowsOwn: false } });
    const { id } = await first.create(requests(1));
    first.engine.start();
    await expect.poll(() => received).toHaveLength(1);
    await first.stop();
    const second = await openBatches(undefined, { shared: first.shared, serviceId: 'service 2' });
    second.engine.start();
    await expect.poll(() => received).toHaveLength(2);
    expect(received.map(({ body }) => body['id'])).toEqual([`evt_${id}`, `evt_${id}`]);
    const table = new BatchTable(first.shared.state);
    await expect.poll(() => table.toTell(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  it('is told again later where nobody takes it, and to nobody who refuses it', async () => {
    let now = 1_000_000;
    const { url, received } = await startWebhook((_received, count) => (count <= 5 ? 503 : 400));
    const { engine, create, get, shared } = await openBatches(undefined, { now: () => now });
    const { id } = await create(requests(1));
    engine.start();
    await expect.poll(async () => (await get(id)).status).toBe('ended');
    await engine.stop();
    await shared.change(`UPDATE batches SET webhook = '${url}', notice_at = 0`);
    const batches = new BatchTable(shared.state);
    const notices = createBatchNotices({ batches, log: shared.log, now: () => now, retryMs: 1 });
    notices.wake();
    await expect.poll(() => shared.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(received).toHaveLength(5);
    expect(await batches.toTell(now, 9)).toEqual([]);
    now += 3_600_000;
    notices.wake();
    await expect.poll(() => received).toHaveLength(6);
    await expect.poll(() => batches.toTell(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
    await notices.stop();
  });
});
