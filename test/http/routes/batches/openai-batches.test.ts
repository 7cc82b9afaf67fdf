import OpenAI from 'openai';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Files } from '../../../../src/core/files.ts';
import { createBatchFiles } from '../../../../src/exchange/batch-files.ts';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { MemoryBatches } from '../../../support/batches/memory-batches.ts';
import { addText, listFiles, textOf } from '../../../support/batches/file-texts.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { listen, testApp, type Listening, type Reply, type TestChanges } from '../../test-app.ts';

const path = '/v1/batches';
const endpoint = '/v1/chat/completions';
const chat = { model: 'haiku', messages: [{ role: 'user', content: 'Hello' }] };
const line = (customId: string, changes: object = {}) => ({
  custom_id: customId,
  method: 'POST',
  url: endpoint,
  body: chat,
  ...changes,
});
const toJsonLines = (...lines: object[]) => lines.map((each) => `${JSON.stringify(each)}\n`).join('');

let batches: MemoryBatches;
let files: Files;
let listening: Listening;
let client: OpenAI;

const open = async (changes: TestChanges = {}): Promise<void> => {
  batches = new MemoryBatches();
  files = memoryFiles();
  batches.finish = createBatchFiles(files);
  listening = await listen(testApp(undefined, { batches, files, ...changes }).app);
  client = clientOf('one');
};
const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${listening.url}/v1`, apiKey, maxRetries: 0 });

beforeEach(() => open());
afterEach(() => listening.close());

const fileOf = async (...lines: object[]) => (await addText(files, toJsonLines(...lines))).id;
const create = (input_file_id: string, changes: object = {}) =>
  client.batches.create({ input_file_id, endpoint, completion_window: '24h', ...changes });
const post = (body: object) => request(listening.server).post(path).send(body);
const parsed = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as Record<string, unknown>);

describe("OpenAI's client", () => {
  it('makes a batch of a file, and finds answers and failures in a file each', async () => {
    const input = await fileOf(line('a'), line('b'), line('c'), line('d'));
    const batch = await create(input, { metadata: { night: 'first' } });
    const created = Date.parse('2026-01-31T12:00:00Z') / 1000;
    expect(batch).toEqual({
      id: expect.stringMatching(/^batch_/) as string,
      object: 'batch',
      endpoint,
      input_file_id: input,
      completion_window: '24h',
      status: 'in_progress',
      errors: null,
      output_file_id: null,
      error_file_id: null,
      created_at: created,
      in_progress_at: created,
      expires_at: created + 24 * 60 * 60,
      finalizing_at: null,
      completed_at: null,
      failed_at: null,
      expired_at: null,
      cancelling_at: null,
      cancelled_at: null,
      request_counts: { total: 4, completed: 0, failed: 0 },
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
      metadata: { night: 'first' },
    });
    expect(batches.kept[0]?.requests[1]).toEqual({ customId: 'b', path: endpoint, body: JSON.stringify(chat) });

    await batches.end(batch.id, 'succeeded', 'errored', 'succeeded', 'expired');
    const ended = await client.batches.retrieve(batch.id);
    expect(ended).toMatchObject({
      status: 'expired',
      request_counts: { total: 4, completed: 2, failed: 2 },
      finalizing_at: created,
      expired_at: created + 1,
      completed_at: null,
    });
    const suffix = batch.id.replace('batch_', '');
    const response = (id: string, status_code: number, body: object) => ({
      status_code,
      request_id: `req_${id}`,
      body,
    });
    expect(parsed(await textOf(files, ended.output_file_id ?? ''))).toEqual([
      {
        id: `batch_req_${suffix}_1`,
        custom_id: 'a',
        response: response('a', 200, { type: 'message', answers: 'a' }),
        error: null,
      },
      {
        id: `batch_req_${suffix}_3`,
        custom_id: 'c',
        response: response('c', 200, { type: 'message', answers: 'c' }),
        error: null,
      },
    ]);
    expect(parsed(await textOf(files, ended.error_file_id ?? ''))).toMatchObject([
      { id: `batch_req_${suffix}_2`, custom_id: 'b', response: { status_code: 404 }, error: null },
      { id: `batch_req_${suffix}_4`, custom_id: 'd', response: null, error: { code: 'batch_expired' } },
    ]);
    expect((await listFiles(files)).slice(0, 2).map(({ filename, purpose }) => [filename, purpose])).toEqual([
      [`${batch.id}_error.jsonl`, 'batch_output'],
      [`${batch.id}_output.jsonl`, 'batch_output'],
    ]);
  });

  it('lists batches, and cancels one', async () => {
    for (const id of ['a', 'b', 'c']) await create(await fileOf(line(id)));
    const ids = batches.kept.map(({ batch }) => batch.id);
    const listed: string[] = [];
    for await (const { id } of client.batches.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(ids);

    const [first = ''] = ids;
    const cancelling = await client.batches.cancel(first);
    expect(cancelling).toMatchObject({ status: 'cancelling', cancelled_at: null });
    expect(cancelling.cancelling_at).toBe(cancelling.created_at);
    await batches.end(first, 'canceled');
    const cancelled = await client.batches.retrieve(first);
    expect(cancelled).toMatchObject({ status: 'cancelled', output_file_id: null, request_counts: { failed: 0 } });
    expect(parsed(await textOf(files, cancelled.error_file_id ?? ''))).toMatchObject([
      { custom_id: 'c', response: null, error: { code: 'batch_cancelled' } },
    ]);
  });

  it('is told what is wrong with which lines by a batch that has failed', async () => {
    const text = [
      JSON.stringify(line('a')),
      'not JSON',
      '',
      JSON.stringify(line('a')),
      JSON.stringify(line('b', { method: 'GET' })),
      JSON.stringify(line('c', { url: '/v1/responses' })),
      JSON.stringify(line('d', { body: { model: 'haiku', messages: [] } })),
      JSON.stringify(line('e', { body: { ...chat, stream: true } })),
      JSON.stringify({ ...line('f'), custom_id: 7 }),
      '"text"',
    ].join('\r\n');
    const { id } = await addText(files, text);
    const batch = await create(id);
    expect(batch).toMatchObject({
      status: 'failed',
      in_progress_at: null,
      completed_at: null,
      request_counts: { total: 0, completed: 0, failed: 0 },
      output_file_id: null,
      error_file_id: null,
    });
    expect(batch.failed_at).toBe(batch.created_at);
    expect(batch.errors).toEqual({
      object: 'list',
      data: [
        { code: 'invalid_json_line', line: 2, message: 'This line is not valid JSON.', param: null },
        {
          code: 'duplicate_custom_id',
          line: 4,
          message: 'custom_id is the same as that of line 1; each may be used once.',
          param: 'custom_id',
        },
        { code: 'invalid_request', line: 5, message: 'method must be POST.', param: 'method' },
        {
          code: 'invalid_url',
          line: 6,
          message: 'url must be /v1/chat/completions, as of the batch.',
          param: 'url',
        },
        {
          code: 'invalid_request',
          line: 7,
          message: 'body.messages must contain at least one message.',
          param: 'body.messages',
        },
        {
          code: 'invalid_request',
          line: 8,
          message: 'body.stream must not be true in a batch; leave it out.',
          param: 'body.stream',
        },
        { code: 'invalid_request', line: 9, message: 'custom_id must be a string.', param: 'custom_id' },
        {
          code: 'invalid_request',
          line: 10,
          message: 'The line must be an object with custom_id, method, url and body.',
          param: null,
        },
      ],
    });
    expect(batches.kept).toHaveLength(1);
  });
});

describe('a file of requests', () => {
  it.each([
    ['/v1/responses', { model: 'haiku', input: 'Hello' }, { model: 'haiku', input: 7 }, 'body.input'],
    ['/v1/completions', { model: 'haiku', prompt: 'Hello' }, { model: 'haiku', prompt: 7 }, 'body.prompt'],
  ])('may be for %s', async (url, good, bad, param) => {
    const right = await create(await fileOf(line('a', { url, body: good })), { endpoint: url });
    expect(right.status).toBe('in_progress');
    const wrong = await create(await fileOf(line('a', { url, body: bad })), { endpoint: url });
    expect(wrong).toMatchObject({ status: 'failed', errors: { data: [{ line: 1, param }] } });
  });

  it('asks for nothing in the background', async () => {
    const body = { model: 'haiku', input: 'Hello', background: true };
    const batch = await create(await fileOf(line('a', { url: '/v1/responses', body })), { endpoint: '/v1/responses' });
    expect(batch.errors?.data).toMatchObject([{ line: 1, param: 'body.background' }]);
  });

  it('without requests makes a batch that has failed', async () => {
    const { id } = await addText(files, '\n \r\n');
    expect((await create(id)).errors?.data).toMatchObject([{ code: 'empty_file', line: null }]);
  });

  it('may have no more than 50,000 requests', async () => {
    const lines = Array.from({ length: 50_001 }, (_, place) => line(String(place)));
    const { id } = await addText(files, toJsonLines(...lines));
    expect((await create(id)).errors?.data).toMatchObject([{ code: 'too_many_requests', line: 50_001 }]);
  }, 60_000);

  it('that is wrong throughout has the first hundred lines told', async () => {
    const { id } = await addText(files, 'no\n'.repeat(1000));
    expect((await create(id)).errors?.data).toHaveLength(100);
  });

  it('has a line that is larger than a request may be', async () => {
    const long = line('a', { body: { ...chat, user: 'x'.repeat(1024 * 1024) } });
    const batch = await create(await fileOf(line('b'), long));
    expect(batch.errors?.data).toMatchObject([{ code: 'line_too_long', line: 2 }]);
  });

  it.each([
    ['that is not there', 'file-none', 404, 'file_not_found'],
    ['of another purpose', 'other', 400, 'invalid_request'],
    ['of somebody else', 'foreign', 404, 'file_not_found'],
  ])('%s is refused', async (_what, which, status, code) => {
    const named = {
      other: (await addText(files, toJsonLines(line('a')), { purpose: 'user_data' })).id,
      foreign: (await addText(files, toJsonLines(line('a')), {}, 'somebody')).id,
    }[which];
    await expect(create(named ?? which)).rejects.toMatchObject({ status, code, param: 'input_file_id' });
    expect(batches.kept).toEqual([]);
  });

  it('of more than 200 MB is refused unread', async () => {
    const id = await fileOf(line('a'));
    const whole = files.describe.bind(files);
    files.describe = async (...how) => ({ ...(await whole(...how)), sizeBytes: 200 * 1024 ** 2 + 1 });
    await expect(create(id)).rejects.toMatchObject({ status: 400, param: 'input_file_id' });
  });
});

describe('a new batch', () => {
  const body = { input_file_id: 'file-1', endpoint, completion_window: '24h' };

  it.each([
    [{ ...body, endpoint: '/v1/embeddings' }, 'endpoint', /^endpoint is not served: the models here only write text/],
    [{ ...body, endpoint: '/v1/images/generations' }, 'endpoint', /^endpoint is not served/],
    [{ ...body, endpoint: '/v1/messages' }, 'endpoint', /^endpoint must be one of/],
    [{ ...body, completion_window: '1h' }, 'completion_window', /must be 24h/],
    [{ ...body, input_file_id: undefined }, 'input_file_id', /missing/],
    [{ ...body, metadata: { a: 1 } }, 'metadata.a', /string/],
    [
      { ...body, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, key) => [key, ''])) },
      'metadata',
      /at most 16/,
    ],
    [{ ...body, output_expires_after: { anchor: 'created_at', seconds: 10 } }, 'output_expires_after.seconds', /3600/],
    [
      { ...body, output_expires_after: { anchor: 'ended_at', seconds: 3600 } },
      'output_expires_after.anchor',
      /created_at/,
    ],
  ])('of %j is refused', async (wrong, param, message) => {
    const { status, body: answer } = (await post(wrong)) as Reply;
    const { error } = answer as { error: { param: string; message: string } };
    expect({ status, param: error.param }).toEqual({ status: 400, param });
    expect(error.message).toMatch(message);
  });

  it('says which fields have no effect, and has its files expire when it is asked to', async () => {
    const input_file_id = await fileOf(line('a'));
    const expiry = { anchor: 'created_at', seconds: 7200 };
    const reply = (await post({ ...body, input_file_id, output_expires_after: expiry, priority: 'high' })) as Reply;
    expect(reply.headers['x-claude-harness-ignored']).toBe('priority');
    const { id } = reply.body as { id: string };
    await batches.end(id, 'succeeded');
    const [file] = await listFiles(files);
    expect((file?.expiresAt ?? 0) - (file?.createdAt ?? 0)).toBe(7_200_000);
  });

  it('has the webhook of its metadata', async () => {
    const drafts: unknown[] = [];
    const made = batches.create.bind(batches);
    batches.create = (...how) => {
      drafts.push(how[2]);
      return made(...how);
    };
    await create(await fileOf(line('a')), { metadata: { webhook: 'https://example.org/hook' } });
    expect(drafts).toMatchObject([
      { webhook: 'https://example.org/hook', metadata: { webhook: 'https://example.org/hook' } },
    ]);
  });

  it('is refused to web pages that are not configured', async () => {
    const page = await post({ ...body, input_file_id: await fileOf(line('a')) }).set('origin', 'http://evil.example');
    expect(page.status).toBe(403);
    expect(batches.kept).toEqual([]);
  });
});

describe('batches of others', () => {
  it('are not there', async () => {
    await listening.close();
    await open({ tokenHashes: ['one', 'two'].map(hashToken) });
    const { id: file } = await addText(files, toJsonLines(line('a')), {}, hashToken('one'));
    const { id } = await create(file);
    const other = clientOf('two').batches;
    expect((await other.list()).data).toEqual([]);
    await expect(other.retrieve(id)).rejects.toMatchObject({ status: 404, code: 'batch_not_found' });
    await expect(other.cancel(id)).rejects.toMatchObject({ status: 404 });
    await expect(clientOf('one').batches.retrieve(id)).resolves.toMatchObject({ id });
  });
});
