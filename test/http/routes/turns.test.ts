import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../../src/core/backend.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { expectDescribed, operationOf } from '../openapi/described.ts';
import { chat, listen, start, testApp, type Reply } from '../test-app.ts';

/** Says a few words, and goes on until it is ended. */
const endless: RunTurn = async function* (_conversation, { onStage }, signal) {
  onStage?.({ name: 'admitted', backend: 'cli' });
  yield start;
  yield { type: 'block_start', id: 0, block: { type: 'text' } };
  yield { type: 'text', id: 0, text: 'Hello, house.' };
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
};

const tokens = [
  { hash: hashToken('o'), name: 'Ada', role: 'owner' },
  { hash: hashToken('v'), name: 'Bob', role: 'viewer' },
  { hash: hashToken('c'), role: 'client' },
] as const;

const turnsOf = async (app: Express, token = 'o'): Promise<Reply> => {
  const reply = (await request(app).get('/v1/turns').set('x-api-key', token)) as Reply;
  expectDescribed(operationOf('get', '/v1/turns'), reply);
  return reply;
};
const cancel = async (app: Express, id: string, headers: Record<string, string> = { 'x-api-key': 'o' }) => {
  const reply = (await request(app).delete(`/v1/turns/${id}`).set(headers)) as Reply;
  expectDescribed(operationOf('delete', '/v1/turns/{id}'), reply);
  return reply;
};
const running = (app: Express) => expect.poll(async () => (await turnsOf(app)).body).toMatchObject({ data: [{}] });

/** A request that is being answered. */
function asking(app: Express, path: string, body: object, id = 'req_1'): Promise<Reply> {
  return request(app).post(path).set({ 'x-request-id': id, 'x-api-key': 'c' }).send(body).then();
}

describe('running turns', () => {
  it('are listed with who asked and what was written, until they are over', async () => {
    const { app } = testApp(endless, { tokens });
    const answer = asking(app, '/v1/chat/completions', chat);
    await expect
      .poll(async () => (await turnsOf(app, 'v')).body)
      .toMatchObject({
        object: 'list',
        data: [
          {
            request_id: 'req_1',
            client: 'token 3',
            endpoint: '/v1/chat/completions',
            model: 'haiku',
            backend: 'cli',
            tokens_output: 4,
          },
        ],
      });
    await cancel(app, 'req_1');
    await answer;
    expect((await turnsOf(app)).body).toEqual({ object: 'list', data: [] });
  });

  it.each([
    ['/v1/chat/completions', chat, { error: { code: 'turn_cancelled' } }],
    ['/v1/responses', { model: 'haiku', input: 'Hello' }, { error: { code: 'turn_cancelled' } }],
    ['/v1/messages', { ...chat, max_tokens: 9 }, { error: { details: { error_code: 'turn_cancelled' } } }],
  ])('are cancelled: the client of %s is told', async (path, body, failure) => {
    const { app } = testApp(endless, { tokens });
    const answer = asking(app, path, body);
    await running(app);
    expect(await cancel(app, 'req_1')).toMatchObject({ status: 200, body: { request_id: 'req_1', cancelled: true } });
    const reply = await answer;
    expect(reply).toMatchObject({ status: 499, body: failure });
    expectDescribed(operationOf('post', path), reply);
  });

  it('are cancelled in the middle of a stream, whose last event says so, and the log', async () => {
    const { app, log } = testApp(endless, { tokens });
    const answer = asking(app, '/v1/chat/completions', { ...chat, stream: true });
    await running(app);
    await cancel(app, 'req_1');
    const { text } = await answer;
    expect(text).toContain('Hello, house.');
    expect(text).toContain('"code":"turn_cancelled"');
    await expect.poll(() => log.lines.map(({ fields }) => fields['error'])).toContain('TURN_CANCELLED');
  });

  it('are listed and cancelled where nobody waits for the answer, too', async () => {
    const { app } = testApp(endless);
    const { body } = (await request(app)
      .post('/v1/responses')
      .set('x-request-id', 'req_1')
      .send({ model: 'haiku', input: 'Hello', background: true })) as Reply;
    const { id } = body as { id: string };
    await running(app);
    await cancel(app, 'req_1');
    await expect
      .poll(async () => ((await request(app).get(`/v1/responses/${id}`)) as Reply).body)
      .toMatchObject({ status: 'failed', error: { message: expect.stringContaining('cancelled') as string } });
    expect((await turnsOf(app)).body).toMatchObject({ data: [] });
  });

  it('are gone when their client is', async () => {
    const { app } = testApp(endless);
    const { url, close } = await listen(app);
    const client = new AbortController();
    const answer = fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chat),
      signal: client.signal,
    }).catch(() => undefined);
    await running(app);
    client.abort();
    await answer;
    await expect.poll(async () => (await turnsOf(app)).body).toMatchObject({ data: [] });
    await close();
  });

  it('cannot be cancelled when they are over', async () => {
    expect(await cancel(testApp(endless).app, 'req_1')).toMatchObject({
      status: 404,
      body: { error: { code: 'turn_not_found' } },
    });
  });
});

describe('who may see and cancel turns', () => {
  it('owners and viewers see them', async () => {
    const { app } = testApp(endless, { tokens });
    const statuses = [];
    for (const token of ['o', 'v', 'c', 'wrong']) statuses.push((await turnsOf(app, token)).status);
    expect(statuses).toEqual([200, 200, 403, 401]);
  });

  it('owners alone cancel them', async () => {
    const { app } = testApp(endless, { tokens });
    const statuses = [];
    for (const token of ['o', 'v', 'c', 'wrong'])
      statuses.push((await cancel(app, 'req_1', { 'x-api-key': token })).status);
    expect(statuses).toEqual([404, 403, 403, 401]);
  });

  it.each([
    ['http://evil.example', 403],
    ['http://127.0.0.1:1', 403],
    ['https://chat.example', 404],
    [undefined, 404],
  ])('no token is asked for: a page from %s gets %i', async (origin, status) => {
    const { app } = testApp(endless, { corsOrigins: ['https://chat.example'] });
    expect((await cancel(app, 'req_1', origin === undefined ? {} : { origin })).status).toBe(status);
  });
});
