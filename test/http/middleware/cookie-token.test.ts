import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { toCookie, tokenInCookie } from '../../../src/http/session-cookie.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../support/agents/profile.ts';
import { chat, testApp, type Reply } from '../test-app.ts';

const tokens = [
  { hash: hashToken('o'), name: 'Ada', role: 'owner' },
  { hash: hashToken('c'), role: 'client' },
] as const;
const cookieOf = (token: string): string => toCookie(token, false).split(';')[0] ?? '';
const cookie = cookieOf('o');
const host = 'localhost:8013';
const own = 'http://localhost:8013';

type Headers = Record<string, string>;
const get = async (app: Express, path: string, headers: Headers) =>
  (
    await request(app)
      .get(path)
      .set({ host, ...headers })
  ).status;
const post = async (app: Express, headers: Headers) =>
  (
    await request(app)
      .post('/v1/chat/completions')
      .set({ host, ...headers })
      .send(chat)
  ).status;

describe('the cookie of the page', () => {
  const { app } = testApp(undefined, { tokens });
  const page = { cookie, 'sec-fetch-site': 'same-origin' };

  it('is the token of requests that a page of this service sends', async () => {
    expect(await get(app, '/v1/usage', page)).toBe(200);
    expect(await post(app, { ...page, origin: own })).toBe(200);
    expect(await post(app, { ...page, origin: 'https://localhost:8013' })).toBe(200);
    expect(await get(app, '/v1/usage', { ...page, cookie: `a=b; ${cookie}; c=d` })).toBe(200);
    expect(await get(app, '/v1/usage', { ...page, cookie: cookieOf('c') })).toBe(403);
  });

  it.each(['wrong', 'x'.repeat(2000), ''])('counts for nothing with a token that is not accepted', async (token) => {
    expect(await get(app, '/v1/usage', { ...page, cookie: cookieOf(token) })).toBe(401);
  });

  it('is enough without Sec-Fetch-Site, which browsers send to trustworthy addresses only, if Origin is', async () => {
    expect(await post(app, { cookie, origin: own })).toBe(200);
    // A page reads from its own service without saying where it is from.
    expect(await get(app, '/v1/usage', { cookie })).toBe(200);
    expect(await post(app, { cookie })).toBe(403);
  });

  it.each<[string, Headers]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { 'sec-fetch-site': 'same-site' }],
    ['another origin, by its name', { origin: 'http://localhost:3000' }],
    ['a page without an origin', { origin: 'null' }],
    ['another origin that claims to be this one', { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' }],
    [
      'a frame or a form of another port',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', origin: 'null' },
    ],
  ])('counts for nothing in requests of %s', async (_who, headers) => {
    expect(await post(app, { cookie, ...headers })).toBe(403);
    expect(await get(app, '/v1/usage', { cookie, ...headers })).toBe(403);
  });

  it('opens pages by links and addresses, which do nothing else', async () => {
    for (const site of ['none', 'same-site', 'cross-site']) {
      const headers = { cookie, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': site };
      expect(await get(app, '/dashboard', headers)).toBe(200);
      expect(await get(app, '/v1/usage', headers)).toBe(200);
      expect(await post(app, headers)).toBe(403);
    }
  });

  it('must come with JSON as any token', async () => {
    const sent = request(app)
      .post('/v1/chat/completions')
      .set({ ...page, host })
      .type('text/plain');
    expect((await sent.send(JSON.stringify(chat))).status).toBe(415);
  });

  it('gives way to a token in a header, wherever that comes from', async () => {
    const foreign = { cookie, 'sec-fetch-site': 'cross-site' };
    expect(await get(app, '/v1/usage', { ...foreign, 'x-api-key': 'o' })).toBe(200);
    expect(await get(app, '/v1/usage', { ...page, 'x-api-key': 'c' })).toBe(403);
  });

  it('has answers that only pages of this service can use', async () => {
    const { headers } = await request(app)
      .get('/v1/models')
      .set({ ...page, host });
    expect(headers).toMatchObject({
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const other = await request(app).get('/v1/models').set({ host, 'x-api-key': 'o' });
    expect(other.headers).not.toHaveProperty('cross-origin-resource-policy');
  });

  it('tells health checks more, as any token does', async () => {
    const reply = (await request(app)
      .get('/health')
      .set({ ...page, host })) as Reply;
    expect(reply.body).toHaveProperty('version');
  });

  it('means nothing where no tokens are configured', async () => {
    expect(await get(testApp().app, '/v1/models', { cookie, 'sec-fetch-site': 'cross-site' })).toBe(200);
  });

  it('answers what agents ask for the token that it holds', async () => {
    const sessions = new FakeSessions(profileOf());
    const agents = testApp(undefined, { tokens, sessions });
    const { id } = await sessions.create(tokens[0].hash, draftOf());
    const call = sessions.say(id, { type: 'agent.tool_use', name: 'bash', input: {}, evaluated_permission: 'ask' });
    const answer = async (headers: Headers) =>
      (
        await request(agents.app)
          .post(`/permissions/${call.id}/respond`)
          .set({ host, ...headers })
          .send({ allowed: true })
      ).status;
    expect(await answer({ cookie, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await answer({ ...page, cookie: cookieOf('c') })).toBe(404);
    expect(await answer({ ...page, origin: own })).toBe(200);
  });
});

describe('toCookie', () => {
  it('keeps any token, where no script reads it and no other site sends it', () => {
    for (const token of ['plain', 'ä; b=c\r\n', '"'.repeat(9)]) {
      const made = toCookie(token, false);
      expect(made).toMatch(/^claude_harness_token=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
      expect(tokenInCookie({ headers: { cookie: made.split(';')[0] } })).toBe(token);
    }
    expect(toCookie('plain', true)).toMatch(/; Secure$/);
  });
});
