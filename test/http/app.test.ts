import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../src/util/token-hash.ts';
import { chat, testApp, type Reply } from './test-app.ts';

const origin = 'https://chat.example';
const preflight = (options: Parameters<typeof testApp>[1], from = origin) =>
  request(testApp(undefined, options).app).options('/v1/chat/completions').set({
    origin: from,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  });

describe('createApp, for pages of other origins', () => {
  it('says nothing to any page unless its origin is listed', async () => {
    const asked = await preflight({});
    expect(asked.status).toBe(405);
    expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
    const { headers } = await request(testApp().app).post('/v1/chat/completions').set('origin', origin).send(chat);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('lets a listed origin in, whose preflight carries no token', async () => {
    const { status, headers } = await preflight({ corsOrigins: [origin], tokenHashes: [hashToken('right')] });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(origin);
    expect(headers['access-control-allow-headers']).toBe('authorization,content-type');
  });

  it('sends the answer to a listed origin, errors included', async () => {
    const { app } = testApp(undefined, { corsOrigins: [origin] });
    const answer = await request(app).post('/v1/chat/completions').set('origin', origin).send(chat);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['vary']).toContain('Origin');
    const error = await request(app).post('/v1/chat/completions').set('origin', origin).send({});
    expect(error.status).toBe(400);
    expect(error.headers['access-control-allow-origin']).toBe(origin);
  });

  it.each(['https://evil.example', 'null', 'https://chat.example.evil.example'])('keeps %s out', async (from) => {
    const { headers } = await preflight({ corsOrigins: [origin] }, from);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('createApp, for paths and methods', () => {
  const { app } = testApp();

  it.each([
    ['get', '/v1/chat/completions', 'POST'],
    ['delete', '/v1/chat/completions', 'POST'],
    ['get', '/v1/completions', 'POST'],
    ['post', '/v1/models', 'GET'],
    ['put', '/v1/models/haiku', 'GET'],
    ['post', '/health', 'GET'],
    ['post', '/ready', 'GET'],
  ] as const)('answers %s %s with 405 and what is allowed', async (method, path, allowed) => {
    const { status, headers, body } = (await request(app)[method](path)) as Reply;
    expect(status).toBe(405);
    expect(headers['allow']).toBe(allowed);
    expect(body).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it.each(['/v1', '/v1/embeddings', '/v1/chat', '/favicon.ico', '/../etc/passwd'])(
    'answers for %s with 404 in the dialect’s envelope',
    async (path) => {
      const { status, body } = (await request(app).get(path)) as Reply;
      expect(status).toBe(404);
      expect(body).toMatchObject({ error: { code: 'unknown_url' } });
    },
  );

  it('does not tell what it is made of', async () => {
    const { headers } = await request(app).get('/health');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
  });
});
