import Anthropic from '@anthropic-ai/sdk';
import request from 'supertest';
import { gzipSync } from 'node:zlib';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { BatchRequest } from '../../../../src/core/batches.ts';
import { HarnessError } from '../../../../src/core/errors.ts';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { MemoryBatches } from '../../../support/batches/memory-batches.ts';
import { listen, testApp, type Listening, type Reply, type TestChanges } from '../../test-app.ts';

const path = '/v1/messages/batches';
const params = { model: 'haiku', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] } as const;
const item = (customId: string, changes: object = {}) => ({ custom_id: customId, params: { ...params, ...changes } });

let batches: MemoryBatches;
let listening: Listening;
let client: Anthropic;

const open = async (changes: TestChanges = {}): Promise<void> => {
  batches = new MemoryBatches();
  listening = await listen(testApp(undefined, { batches, ...changes }).app);
  client = clientOf('one');
};
const clientOf = (apiKey: string) => new Anthropic({ baseURL: listening.url, apiKey, maxRetries: 0 });
const post = (body: unknown) => request(listening.server).post(path).type('json').send(JSON.stringify(body));

beforeEach(() => open());
afterEach(() => listening.close());

const messageOf = (reply: Reply) => (reply.body as { error: { message: string } }).error.message;

describe("Anthropic's client", () => {
  it('makes a batch, asks for it until it has ended, and reads its results', async () => {
    const requests = ['a', 'b', 'c', 'd'].map((id) => item(id));
    const batch = await client.messages.batches.create({ requests: requests as never });
    expect(batch).toEqual({
      id: expect.stringMatching(/^msgbatch_/) as string,
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 4, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: '2026-01-31T12:00:00.000Z',
      expires_at: '2026-02-01T12:00:00.000Z',
      ended_at: null,
      cancel_initiated_at: null,
      archived_at: null,
      results_url: null,
    });
    expect(batches.kept[0]?.requests).toEqual(
      requests.map(({ custom_id: customId, params: body }) => ({
        customId,
        path: '/v1/messages',
        body: JSON.stringify(body),
      })),
    );
    await expect(client.messages.batches.results(batch.id)).rejects.toThrow(/results_url/);

    await batches.end(batch.id, 'succeeded', 'errored', 'canceled', 'expired');
    const ended = await client.messages.batches.retrieve(batch.id);
    expect(ended).toMatchObject({
      processing_status: 'ended',
      request_counts: { processing: 0, succeeded: 1, errored: 1, canceled: 1, expired: 1 },
      ended_at: '2026-01-31T12:00:01.000Z',
      results_url: `${listening.url}${path}/${batch.id}/results`,
    });
    const lines = [];
    for await (const line of await client.messages.batches.results(batch.id)) lines.push(line);
    expect(lines).toEqual([
      { custom_id: 'a', result: { type: 'succeeded', message: { type: 'message', answers: 'a' } } },
      {
        custom_id: 'b',
        result: {
          type: 'errored',
          error: {
            type: 'error',
            error: { type: 'not_found_error', message: 'There is no such model.' },
            request_id: 'req_b',
          },
        },
      },
      { custom_id: 'c', result: { type: 'canceled' } },
      { custom_id: 'd', result: { type: 'expired' } },
    ]);
  });

  it('lists in both directions, cancels and deletes', async () => {
    for (const id of ['a', 'b', 'c']) await client.messages.batches.create({ requests: [item(id)] as never });
    const ids = batches.kept.map(({ batch }) => batch.id);
    const listed: string[] = [];
    for await (const { id } of client.messages.batches.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(ids);
    const before = await client.messages.batches.list({ before_id: ids[2] ?? '', limit: 1 });
    expect(before).toMatchObject({ data: [{ id: ids[1] }], has_more: true, first_id: ids[1], last_id: ids[1] });

    const [first = ''] = ids;
    expect(await client.messages.batches.cancel(first)).toMatchObject({
      processing_status: 'canceling',
      cancel_initiated_at: '2026-01-31T12:00:00.000Z',
      request_counts: { processing: 1 },
    });
    await expect(client.messages.batches.delete(first)).rejects.toMatchObject({ status: 409 });
    await batches.end(first, 'canceled');
    expect(await client.messages.batches.delete(first)).toEqual({ id: first, type: 'message_batch_deleted' });
    await expect(client.messages.batches.retrieve(first)).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error' } },
    });
  });

  it('asks as its beta does, whose header the requests of the batch have', async () => {
    const { id } = await client.beta.messages.batches.create({
      requests: [item('a')] as never,
      betas: ['some-feature-2026-01-01'],
    });
    expect(batches.kept[0]?.batch.details).toEqual({ 'anthropic-beta': 'some-feature-2026-01-01' });
    await batches.end(id, 'succeeded');
    const lines = [];
    for await (const line of await client.beta.messages.batches.results(id)) lines.push(line);
    expect(lines).toMatchObject([{ custom_id: 'a', result: { type: 'succeeded' } }]);
  });
});

describe('a new batch', () => {
  it.each([
    [{ requests: [] }, 'requests: List should have at least 1 item', 'requests'],
    [{ requests: ['a'] }, 'requests.0: Input should be an object', 'requests.0'],
    [{ requests: [item('a'), { params }] }, 'requests.1.custom_id: Field required', 'requests.1.custom_id'],
    [
      { requests: [item('a b')] },
      'requests.0.custom_id: Input should be 1 to 64 letters, digits, underscores or dashes',
      'requests.0.custom_id',
    ],
    [
      { requests: [item('x'.repeat(65))] },
      'requests.0.custom_id: Input should be 1 to 64 letters, digits, underscores or dashes',
      'requests.0.custom_id',
    ],
    [
      { requests: [item('a'), item('b'), item('a')] },
      'requests.2.custom_id: Each should be used once; requests.0 has the same (custom_id a)',
      'requests.2.custom_id',
    ],
    [{ requests: [{ custom_id: 'a' }] }, 'requests.0.params: Field required (custom_id a)', 'requests.0.params'],
    [
      { requests: [{ ...item('a'), more: 1 }] },
      'requests.0.more: Extra inputs are not permitted (custom_id a)',
      'requests.0.more',
    ],
    [
      { requests: [item('a'), item('b', { max_tokens: 0 })] },
      'requests.1.params.max_tokens: Input should be greater than or equal to 1 (custom_id b)',
      'requests.1.params.max_tokens',
    ],
    [
      { requests: [item('a', { messages: [] })] },
      'requests.0.params.messages: at least one message is required (custom_id a)',
      'requests.0.params.messages',
    ],
    [
      { requests: [item('a', { stream: true })] },
      'requests.0.params.stream: Requests of a batch cannot be streamed; leave it out (custom_id a)',
      'requests.0.params.stream',
    ],
  ])('of %j is refused', async (body, message, param) => {
    const refused: unknown[] = [];
    const create = batches.create.bind(batches);
    batches.create = (...how) =>
      create(...how).catch((reason: unknown) => {
        refused.push(reason);
        throw reason;
      });
    const reply = (await post(body)) as Reply;
    expect({ status: reply.status, message: messageOf(reply) }).toEqual({ status: 400, message });
    expect(refused).toMatchObject([{ facts: { param } }]);
    expect(batches.kept).toEqual([]);
  });

  it('may say that its requests are not streamed', async () => {
    expect((await post({ requests: [item('a', { stream: false })] })).status).toBe(200);
  });

  it('is refused for a request that is larger or deeper than one alone may be', async () => {
    const long = item('long', { messages: [{ role: 'user', content: 'x'.repeat(1024 * 1024 + 200_000) }] });
    const tooLarge = (await post({ requests: [item('a'), long] })) as Reply;
    expect({ status: tooLarge.status, message: messageOf(tooLarge) }).toEqual({
      status: 413,
      message: expect.stringContaining('requests.1: Larger than server.body_limit allows') as string,
    });
    const metadata = JSON.parse(`${'['.repeat(501)}${']'.repeat(501)}`) as unknown;
    const tooDeep = (await post({ requests: [item('a', { metadata })] })) as Reply;
    expect(messageOf(tooDeep)).toBe('requests.0: Nested too deeply; at most 502 levels are read');
  });

  it('may be packed; what can’t be unpacked is refused', async () => {
    const packed = gzipSync(JSON.stringify({ requests: [item('a'), item('b')] }));
    const send = (body: Buffer, encoding: string) =>
      fetch(`${listening.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body: new Uint8Array(body),
      });
    expect((await send(packed, 'gzip')).status).toBe(200);
    expect(batches.kept[0]?.requests).toHaveLength(2);
    expect((await send(packed.subarray(0, 30), 'gzip')).status).toBe(400);
    expect((await send(Buffer.from('{"requests":'), 'gzip')).status).toBe(400);
    expect((await send(packed, 'zstd')).status).toBe(415);
    expect(batches.kept).toHaveLength(1);
  });

  it('is refused as anything but JSON, and to web pages that are not configured', async () => {
    const asText = await request(listening.server).post(path).type('text').send('{}');
    expect(asText.status).toBe(415);
    const page = await post({ requests: [item('a')] }).set('origin', 'http://evil.example');
    expect(page.status).toBe(403);
    expect(batches.kept).toEqual([]);
  });

  it('of which the client sends more after it was refused gets the refusal, on a connection that stays', async () => {
    const bad = `{"requests":[{"custom_id":"a b"},${'{},'.repeat(500_000)}`;
    const reply = (await request(listening.server).post(path).type('json').send(bad)) as Reply;
    expect(messageOf(reply)).toMatch(/^requests\.0\.custom_id/);
    expect((await post({ requests: [item('a')] })).status).toBe(200);
  });

  it('is not kept where its client leaves before the end', async () => {
    const leaving = new AbortController();
    const leavingAfterOne = async function* (requests: AsyncIterable<BatchRequest>) {
      for await (const each of requests) {
        yield each;
        leaving.abort();
      }
    };
    const ended = new Promise<unknown>((resolve) => {
      const create = batches.create.bind(batches);
      batches.create = (caller, name, draft, requests) =>
        create(caller, name, draft, leavingAfterOne(requests)).catch((reason: unknown) => {
          resolve(reason);
          throw reason;
        });
    });
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`{"requests":[${JSON.stringify(item('a'))},`));
      },
    });
    const sending = fetch(`${listening.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
      signal: leaving.signal,
    });
    await expect(sending).rejects.toThrow();
    expect(await ended).toMatchObject({ code: 'ABORTED' });
    expect(batches.kept).toEqual([]);
  });
});

describe('batches of others', () => {
  it('are not there', async () => {
    await listening.close();
    await open({ tokenHashes: ['one', 'two'].map(hashToken) });
    const { id } = await client.messages.batches.create({ requests: [item('a')] as never });
    const other = clientOf('two').messages.batches;
    expect((await other.list()).data).toEqual([]);
    for (const ask of [() => other.retrieve(id), () => other.cancel(id), () => other.delete(id)]) {
      await expect(ask()).rejects.toMatchObject({ status: 404 });
    }
    const results = await request(listening.server).get(`${path}/${id}/results`).set('x-api-key', 'two');
    expect(results.status).toBe(404);
    expect((await request(listening.server).get(`${path}/${id}`)).status).toBe(401);
  });
});

describe('a batch', () => {
  it('tells in a header how far it is', async () => {
    await post({ requests: [item('a'), item('b')] });
    const [kept] = batches.kept;
    if (kept === undefined) throw new Error('there is no batch');
    kept.batch = { ...kept.batch, counts: { ...kept.batch.counts, processing: 1, succeeded: 1 } };
    const reply = (await request(listening.server).get(`${path}/${kept.batch.id}`)) as Reply;
    expect(reply.headers['x-claude-harness-progress']).toBe('1/2');
    expect(reply.body).toMatchObject({ request_counts: { processing: 2, succeeded: 0 } });
  });

  it('links to its results by the name that it was asked under, and securely behind a proxy that ends TLS', async () => {
    await post({ requests: [item('a')] });
    const id = batches.kept[0]?.batch.id ?? '';
    await batches.end(id, 'succeeded');
    const ask = (headers: Record<string, string>) => request(listening.server).get(`${path}/${id}`).set(headers);
    expect((await ask({ host: 'localhost:8012' })).body).toMatchObject({
      results_url: `http://localhost:8012${path}/${id}/results`,
    });
    expect((await ask({ host: 'localhost', 'x-forwarded-proto': 'https' })).body).toMatchObject({
      results_url: `https://localhost${path}/${id}/results`,
    });
  });

  it('that has not ended has no results', async () => {
    await post({ requests: [item('a')] });
    const id = batches.kept[0]?.batch.id ?? '';
    const reply = (await request(listening.server).get(`${path}/${id}/results`)) as Reply;
    expect({ status: reply.status, message: messageOf(reply) }).toMatchObject({
      status: 409,
      message: expect.stringContaining('has not ended') as string,
    });
  });

  it('whose results fail in the middle has the connection cut, and at the beginning a status', async () => {
    await post({ requests: [item('a')] });
    const id = batches.kept[0]?.batch.id ?? '';
    await batches.end(id, 'succeeded');
    const lost = new HarnessError('INTERNAL', 'The state file is lost.');
    const url = `${listening.url}${path}/${id}/results`;
    batches.results = async function* () {
      yield { customId: 'a', outcome: 'canceled' };
      await Promise.reject(lost);
    };
    await expect(fetch(url).then((reply) => reply.text())).rejects.toThrow();
    // eslint-disable-next-line require-yield
    batches.results = async function* () {
      await Promise.reject(lost);
    };
    expect((await fetch(url)).status).toBe(500);
  });

  it('whose results nobody reads holds no more of them in memory than a few', async () => {
    await post({ requests: [item('a')] });
    const id = batches.kept[0]?.batch.id ?? '';
    await batches.end(id, 'succeeded');
    let made = 0;
    let isLeft = false;
    const body = { text: 'x'.repeat(100_000) };
    batches.results = async function* () {
      try {
        for (; made < 10_000; made += 1) {
          await Promise.resolve();
          yield { customId: 'a', outcome: 'succeeded', response: { status: 200, requestId: '', body } };
        }
      } finally {
        isLeft = true;
      }
    };
    const leaving = new AbortController();
    const reply = await fetch(`${listening.url}${path}/${id}/results`, { signal: leaving.signal });
    expect(reply.headers.get('content-type')).toBe('application/x-jsonl');
    const reader = reply.body?.getReader();
    await reader?.read();
    let before = -1;
    await expect.poll(() => before === (before = made), { interval: 100 }).toBe(true);
    expect(made).toBeLessThan(1000);
    leaving.abort();
    await expect.poll(() => isLeft).toBe(true);
  });
});
