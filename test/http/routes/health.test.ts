import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/core/backend.ts';
import type { CliCheckReport } from '../../../src/core/health.ts';
import { fullHealth } from '../../../src/http/routes/health-schema.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { statusOf, testApp, type Reply } from '../test-app.ts';

const report = {
  status: 'ok',
  version: '1.2.3',
  uptime_seconds: 5,
  cli: { path: '/usr/bin/claude', version: '2.1.197' },
  turns: { active: 1, queued: 2 },
  processes: { warm: 3 },
  can_sign_in: true,
  requests_today: { since: expect.any(String) as string, served: 0, failed: 0 },
};

describe('GET /health', () => {
  it('reports everything where no token is asked for', async () => {
    const { status, body } = (await request(testApp().app).get('/health')) as Reply;
    expect(status).toBe(200);
    expect(body).toEqual(report);
  });

  it('tells of each of several logins whether it would serve a request', async () => {
    const logins = [
      {
        name: 'home',
        canSignIn: true,
        readiness: { ready: false, reason: 'rate_limited', message: 'Used up.', resetsAt: 0 },
      },
      { name: 'work', canSignIn: false, readiness: { ready: true } },
    ] as const;
    const status = statusOf({ health: () => ({ ...statusOf().health(), logins }) });
    const { body } = (await request(testApp(undefined, { status }).app).get('/health')) as Reply;
    expect(fullHealth.parse(body).logins).toEqual([
      {
        name: 'home',
        can_sign_in: true,
        status: 'not_ready',
        reason: 'rate_limited',
        message: 'Used up.',
        resets_at: new Date(0).toISOString(),
      },
      { name: 'work', can_sign_in: false, status: 'ready' },
    ]);
  });

  it('says only that it lives to those without a token', async () => {
    const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
    expect((await request(app).get('/health')).body).toEqual({ status: 'ok' });
    expect((await request(app).get('/health').set('x-api-key', 'wrong')).body).toEqual({ status: 'ok' });
    expect((await request(app).get('/health').set('authorization', 'Bearer right')).body).toEqual(report);
  });

  it.each([
    [{ status: 'pending' }, { status: 'pending' }],
    [
      { status: 'served', reuse: true, prompt: 'exact' },
      { status: 'served', reuse: true, prompt: 'exact' },
    ],
    [
      { status: 'not_served', reason: 'it reads files', lastGood: '2.1.197' },
      { status: 'not_served', reason: 'it reads files', last_good: '2.1.197' },
    ],
    [
      { status: 'not_served', reason: 'it reads files' },
      { status: 'not_served', reason: 'it reads files' },
    ],
  ] satisfies [CliCheckReport, object][])('names what the check of the CLI has found: %j', async (check, expected) => {
    const cli = { path: '/usr/bin/claude', version: '2.1.197', check };
    const status = statusOf({ health: () => ({ ...statusOf().health(), cli }) });
    const { body } = (await request(testApp(undefined, { status }).app).get('/health')) as Reply;
    expect(body).toEqual({ ...report, cli: { ...cli, check: expected } });
    expect(fullHealth.safeParse(body).error).toBeUndefined();
  });

  it.each(['https://a.example', undefined])('names the tunnel, whose address is %s', async (url) => {
    const tunnel = { type: 'ngrok', url };
    const status = statusOf({ health: () => ({ ...statusOf().health(), tunnel }) });
    const { body } = (await request(testApp(undefined, { status }).app).get('/health')) as Reply;
    expect(body).toEqual({ ...report, tunnel: { type: 'ngrok', url: url ?? null } });
    expect(fullHealth.safeParse(body).error).toBeUndefined();
  });

  it('says null where the CLI is not known', async () => {
    const status = statusOf({ health: () => ({ ...statusOf().health(), cli: undefined }) });
    expect((await request(testApp(undefined, { status }).app).get('/health')).body).toMatchObject({ cli: null });
  });
});

describe('GET /ready', () => {
  const get = (readiness: Readiness) =>
    request(
      testApp(undefined, { status: statusOf({ readiness: () => readiness }), tokenHashes: [hashToken('right')] }).app,
    ).get('/ready');

  it('is 200 while a request would be served, without any token', async () => {
    const { status, body } = (await get({ ready: true })) as Reply;
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ready' });
  });

  it('is 503 with the reason while it would not', async () => {
    const { status, body } = (await get({ ready: false, reason: 'not_logged_in', message: 'Log in.' })) as Reply;
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'not_ready', reason: 'not_logged_in', message: 'Log in.' });
  });

  it('tells when a used-up plan resets', async () => {
    const { body } = (await get({
      ready: false,
      reason: 'rate_limited',
      message: 'Used up.',
      resetsAt: 1_800_000_000_000,
    })) as Reply;
    expect(body).toMatchObject({ reason: 'rate_limited', resets_at: '2027-01-15T08:00:00.000Z' });
  });
});
