import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../src/core/backend.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { answerWith, chat, eventsOf, failWith, statusOf, testApp, type Reply } from './test-app.ts';
import { HarnessError } from '../../src/core/errors.ts';

const text = { model: 'haiku', prompt: 'Hello' };
const message = { ...chat, max_tokens: 9 };

/** Says which backend it is, as the real one does. */
const directTurn: RunTurn = async function* (_conversation, turn) {
  await Promise.resolve();
  turn.onStage?.({ name: 'admitted', backend: 'direct' });
  yield* eventsOf(['directly']);
};

const direct = {
  runTurn: directTurn,
  status: statusOf({ models: () => Promise.resolve([{ id: 'claude-direct', efforts: [] }]) }),
  readiness: () => ({ ready: true }) as const,
  turns: () => ({ active: 4, queued: 5 }),
};

const posts = [
  ['/v1/chat/completions', chat],
  ['/v1/completions', text],
  ['/v1/messages', message],
  ['/v1/messages/count_tokens', chat],
] as const;

describe.each([
  ['', 'cli'],
  ['/sdk', 'cli'],
  ['/api', 'directly'],
])('the paths under %s/v1', (base, says) => {
  const { app } = testApp(answerWith('cli'), { direct });

  it.each(posts)('%s is answered by the right backend, and takes nothing but POST', async (path, body) => {
    const {
      status,
      body: answer,
      headers,
    } = (await request(app)
      .post(base + path)
      .send(body)) as Reply;
    expect(status).toBe(200);
    if (path.endsWith('count_tokens')) expect(answer).toEqual({ input_tokens: 42 });
    else {
      expect(JSON.stringify(answer)).toContain(says);
      expect(headers['x-claude-harness-backend']).toBe(base === '/api' ? 'direct' : undefined);
    }
    const refused = await request(app).get(base + path);
    expect([refused.status, refused.headers['allow']]).toEqual([405, 'POST']);
  });

  it('models are listed and shown, in both shapes', async () => {
    const id = base === '/api' ? 'claude-direct' : 'haiku';
    const get = async (path: string, headers = {}) =>
      (
        (await request(app)
          .get(base + path)
          .set(headers)) as Reply
      ).body;
    expect(await get('/v1/models')).toMatchObject({
      object: 'list',
      data: expect.arrayContaining([expect.objectContaining({ id })]) as object,
    });
    expect(await get('/v1/models', { 'anthropic-version': '2023-06-01' })).toMatchObject({ first_id: id });
    expect(await get(`/v1/models/${id}`)).toMatchObject({ id, x_claude: {} });
    if (base !== '') expect(await get('/models')).toEqual(await get('/v1/models'));
    expect((await request(app).post(`${base}/v1/models`)).status).toBe(405);
  });

  it('errors speak the dialect of their path', async () => {
    const failing = failWith(new HarnessError('OVERLOADED', 'busy'));
    const broken = testApp(failing, { direct: { ...direct, runTurn: failing } }).app;
    const bodyOf = async (path: string, body: object) =>
      (
        (await request(broken)
          .post(base + path)
          .send(body)) as Reply
      ).body;
    expect(await bodyOf('/v1/messages', message)).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
    expect(await bodyOf('/v1/chat/completions', chat)).toMatchObject({ error: { code: 'overloaded' } });
    expect(await bodyOf('/v1/messages/count_tokens', {})).toMatchObject({
      type: 'error',
      request_id: expect.any(String) as string,
    });
  });

  it('asks for a token where there are any', async () => {
    const locked = testApp(undefined, { direct, tokenHashes: [hashToken('right')] }).app;
    expect((await request(locked).get(`${base}/v1/models`)).status).toBe(401);
    expect((await request(locked).get(`${base}/v1/models`).set('x-api-key', 'right')).status).toBe(200);
  });
});

describe('the paths under /api without a direct backend', () => {
  const { app } = testApp();

  it.each([
    ...posts.map(([path]) => ['post', `/api${path}`] as const),
    ...['/api/v1/models', '/api/v1/models/x', '/api/models', '/api/status', '/api/anything'].map(
      (path) => ['get', path] as const,
    ),
  ])('%s %s says how to configure it', async (method, path) => {
    const { status, body } = (await request(app)[method](path)) as Reply;
    expect(status).toBe(404);
    const isAnthropic = path.includes('/messages');
    expect(body).toMatchObject(
      isAnthropic
        ? { type: 'error', error: { type: 'not_found_error', details: { error_code: 'backend_not_configured' } } }
        : {
            error: { code: 'backend_not_configured', message: expect.stringContaining('direct.api_key_env') as string },
          },
    );
  });
});

describe('the checks of other harnesses', () => {
  const { app } = testApp(undefined, { direct });

  it('/sdk/health is /health', async () => {
    expect(((await request(app).get('/sdk/health')) as Reply).body).toMatchObject({ status: 'ok', version: '1.2.3' });
  });

  it('/sdk/status says whether a request would be served, and what /health says', async () => {
    const readiness = () => ({ ready: false, reason: 'not_logged_in', message: 'Log in.' }) as const;
    const waiting = testApp(undefined, { status: statusOf({ readiness }) }).app;
    const { status, body } = (await request(waiting).get('/sdk/status')) as Reply;
    expect(status).toBe(200);
    expect(body).toMatchObject({
      backend: 'cli',
      status: 'not_ready',
      reason: 'not_logged_in',
      health: { status: 'ok', processes: { warm: 3 } },
    });
  });

  it('/api/status speaks of the direct backend', async () => {
    expect(((await request(app).get('/api/status')) as Reply).body).toEqual({
      backend: 'direct',
      status: 'ready',
      health: { status: 'ok', version: '1.2.3', uptime_seconds: 5, turns: { active: 4, queued: 5 } },
    });
  });

  it.each(['/sdk/status', '/api/status'])('%s tells those without a token no details', async (path) => {
    const locked = testApp(undefined, { direct, tokenHashes: [hashToken('right')] }).app;
    expect(((await request(locked).get(path)) as Reply).body).not.toHaveProperty('health');
    expect(((await request(locked).get(path).set('x-api-key', 'right')) as Reply).body).toHaveProperty('health');
    expect((await request(locked).post(path).set('x-api-key', 'right')).status).toBe(405);
  });
});

describe('GET /metrics', () => {
  const scrape = async (app: ReturnType<typeof testApp>['app']) => (await request(app).get('/metrics')).text;

  it('counts what was asked, by the path that it came to', async () => {
    const { app } = testApp(answerWith('Hi'), { direct });
    await request(app).post('/v1/chat/completions').send(chat);
    await request(app).post('/api/v1/messages').send(message);
    await request(app).post('/v1/chat/completions').send({});
    await request(app).get('/v1/models/haiku');
    for (const path of ['/a', '/b', '/v1/nothing']) await request(app).get(path);
    const lines = (await scrape(app)).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining([
        'claude_harness_requests_total{route="/v1/chat/completions",dialect="openai",status="200"} 1',
        'claude_harness_requests_total{route="/v1/chat/completions",dialect="openai",status="400"} 1',
        'claude_harness_requests_total{route="/api/v1/messages",dialect="anthropic",status="200"} 1',
        'claude_harness_requests_total{route="/v1/models/*id",dialect="openai",status="200"} 1',
        'claude_harness_requests_total{route="other",dialect="openai",status="404"} 3',
        'claude_harness_turn_duration_seconds_count{backend="direct"} 1',
        'claude_harness_tokens_total{model="claude-haiku-4-5",direction="out"} 7',
        'claude_harness_warm_processes 3',
      ]),
    );
  });

  it('asks for a token where there are any', async () => {
    const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
    expect((await request(app).get('/metrics')).status).toBe(401);
    expect((await request(app).get('/metrics').set('x-api-key', 'right')).status).toBe(200);
    expect((await request(app).post('/metrics').set('x-api-key', 'right')).status).toBe(405);
  });
});
