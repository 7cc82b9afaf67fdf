import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/util/token-hash.ts';
import { answerWith, chat, statusOf, testApp, type Reply } from '../test-app.ts';

const tokenHashes = [hashToken('right')];

describe('GET /', () => {
  it('says where things are, to everybody', async () => {
    const { app } = testApp(undefined, { tokenHashes });
    const reply = (await request(app).get('/')) as Reply;
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ service: 'claude-harness', openai_base_url: '/v1', health: '/health' });
    for (const path of Object.values(reply.body as Record<string, string>).filter((value) => value.startsWith('/'))) {
      const { status } = await request(app)
        .get(path === '/v1' ? '/v1/models' : path)
        .set('x-api-key', 'right');
      expect([path, status]).toEqual([path, 200]);
    }
  });

  it.each(['/', '/api/hello'])('HEAD %s is answered, as clients want it', async (path) => {
    const reply = await request(testApp(undefined, { tokenHashes }).app).head(path);
    expect([reply.status, reply.text]).toEqual([200, undefined]);
  });
});

describe('a path without its version', () => {
  const { app } = testApp(answerWith('cli'), { tokenHashes });
  const ask = (path: string, body: object) => request(app).post(path).set('x-api-key', 'right').send(body);

  it.each<[string, object]>([
    ['/chat/completions', chat],
    ['/sdk/chat/completions', chat],
    ['/completions', { model: 'haiku', prompt: 'Hello' }],
    ['/responses', { model: 'haiku', input: 'Hello' }],
    ['/responses/input_tokens?x=1', { model: 'haiku', input: 'Hello' }],
    ['/messages', { ...chat, max_tokens: 9 }],
    ['/messages/count_tokens', chat],
  ])('%s is answered as with it', async (path, body) => {
    const reply = (await ask(path, body)) as Reply;
    expect(reply.status).toBe(200);
    const whole = (await ask(path.replace(/^(\/sdk)?/, '$1/v1'), body)) as Reply;
    expect(Object.keys(reply.body as object)).toEqual(Object.keys(whole.body as object));
  });

  it('has the models, and refuses other methods and other people', async () => {
    const get = (path: string) => request(app).get(path).set('x-api-key', 'right');
    expect((await get('/models')).status).toBe(200);
    expect((await get('/models/haiku')).status).toBe(200);
    expect((await get('/messages')).status).toBe(405);
    expect((await request(app).get('/models')).status).toBe(401);
  });

  it.each(['/chats', '/v1/v1/models', '/sdk/nothing', '/modelsx', '//models'])('is not %s', async (path) => {
    expect((await request(app).get(path).set('x-api-key', 'right')).status).toBe(404);
  });
});

describe('POST /v1/responses/input_tokens', () => {
  it('counts the tokens of a prompt', async () => {
    const { app } = testApp(undefined, {
      status: statusOf({ countTokens: () => Promise.resolve({ inputTokens: 42, estimated: 'tools are estimated' }) }),
    });
    const reply = (await request(app).post('/v1/responses/input_tokens').send({ input: 'Hello' })) as Reply;
    expect(reply.body).toEqual({ object: 'response.input_tokens', input_tokens: 42 });
    expect(reply.headers['x-claude-harness-warning']).toBe('tools are estimated');
    const refused = (await request(app).post('/v1/responses/input_tokens').send({ input: 7 })) as Reply;
    expect(refused).toMatchObject({ status: 400, body: { error: { param: 'input' } } });
  });
});

describe('POST /v1/responses/compact', () => {
  it('is not there, rather than of another method', async () => {
    const reply = (await request(testApp().app).post('/v1/responses/compact').send({})) as Reply;
    expect(reply).toMatchObject({ status: 404, body: { error: { code: 'unknown_url' } } });
  });
});
