import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { testApp, type Reply } from '../../test-app.ts';

const tokens = [
  { hash: hashToken('o'), name: 'Ada', role: 'owner' },
  { hash: hashToken('v'), role: 'viewer' },
] as const;
const { app } = testApp(undefined, { tokens });
const path = '/dashboard/session';
const host = 'localhost:8013';

async function logIn(body: object, headers: Record<string, string> = {}): Promise<Reply> {
  return await request(app)
    .post(path)
    .set({ host, ...headers })
    .send(body);
}
const cookieIn = ({ headers }: Reply): string => ([headers['set-cookie'] ?? ''].flat()[0] ?? '').split(';')[0] ?? '';

describe('the session of the page', () => {
  it('begins with a token, is known by its cookie, and ends with it', async () => {
    const begun = await logIn({ token: 'v' });
    expect(begun).toMatchObject({
      status: 200,
      body: { object: 'dashboard.session', role: 'viewer', client: 'token 2' },
    });
    expect(begun.text).not.toContain('"v"');
    const page = { host, cookie: cookieIn(begun), 'sec-fetch-site': 'same-origin' };
    const shown = await request(app).get(path).set(page);
    expect(shown.body).toEqual({ object: 'dashboard.session', role: 'viewer', client: 'token 2', agents: false });
    expect(shown.headers['cache-control']).toBe('no-store');
    const ended = (await request(app).delete(path).set(page)) as Reply;
    expect([ended.headers['set-cookie']].flat()).toEqual([
      'claude_harness_token=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
  });

  it('says nothing to those without a token but that one is needed', async () => {
    const { body } = (await request(app).get(path)) as Reply;
    expect(body).toEqual({ object: 'dashboard.session', role: null, client: null, agents: false });
  });

  it('does not begin with a wrong token, and sets no cookie', async () => {
    const refused = await logIn({ token: 'wrong' });
    expect([refused.status, refused.headers['set-cookie']]).toEqual([401, undefined]);
  });

  it.each([{}, { token: '' }, { token: 7 }, { token: 'o', more: 1 }, { token: 'x'.repeat(600) }, []])(
    'does not begin with %j',
    async (body) => {
      expect(await logIn(body)).toMatchObject({ status: 400, body: { error: { param: 'token' } } });
    },
  );

  it.each(['http://evil.example', 'http://localhost:3000', 'null'])(
    'is neither begun nor ended by a page from %s',
    async (origin) => {
      expect((await logIn({ token: 'o' }, { origin })).status).toBe(403);
      expect((await request(app).delete(path).set({ host, origin })).status).toBe(403);
    },
  );

  it('does not begin by a form, nor with a long body', async () => {
    expect((await request(app).post(path).type('form').send('token=o')).status).toBe(415);
    expect((await logIn({ token: 'o', more: 'x'.repeat(5000) })).status).toBe(413);
  });

  it('has a cookie that goes out over TLS only, where the page came by it', async () => {
    const secure = await logIn({ token: 'o' }, { origin: 'https://localhost:8013' });
    expect([secure.headers['set-cookie']].flat()[0]).toMatch(/; Secure$/);
  });

  it('is the owner’s where no token is asked for, and sets no cookie', async () => {
    const { app: open } = testApp(undefined, { sessions: new FakeSessions() });
    expect((await request(open).get(path)).body).toMatchObject({ role: 'owner', client: null, agents: true });
    const reply = (await request(open).post(path).send({ token: 'any' })) as Reply;
    expect([reply.status, reply.headers['set-cookie']]).toEqual([200, undefined]);
  });
});
