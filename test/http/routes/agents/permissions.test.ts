import type { Express } from 'express';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { epoch, FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../../support/agents/profile.ts';
import { listen, testApp, type Listening, type Reply, type TestChanges } from '../../test-app.ts';
import { followStream } from './follow-stream.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

const rm = { type: 'agent.tool_use', name: 'bash', input: { command: 'rm a' }, evaluated_permission: 'ask' } as const;
const tokenHashes = ['one', 'two'].map(hashToken);

function service(changes: TestChanges = {}) {
  const sessions = new FakeSessions(profileOf());
  return { sessions, ...testApp(undefined, { sessions, now: () => epoch + 10_000, ...changes }) };
}

async function listening(changes: TestChanges = {}) {
  const test = service(changes);
  const server = await listen(test.app);
  open.push(server);
  const { id } = await test.sessions.create(undefined, draftOf());
  return { ...test, id, url: `${server.url}/permissions/stream` };
}

const get = async (app: Express, id: string, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).get(`/permissions/${id}`).set(headers);
const respond = async (app: Express, id: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).post(`/permissions/${id}/respond`).set(headers).send(body);
const errorOf = ({ status, body }: Reply) => {
  const { type, error } = body as { type: string; error: { message: string; details: { error_code: string } } };
  expect(type).toBe('error');
  return { status, code: error.details.error_code, message: error.message };
};

describe('a request for permission', () => {
  it('is shown, answered once, and shown with its answer', async () => {
    const { app, sessions } = service();
    const { id } = await sessions.create(undefined, draftOf());
    const call = sessions.say(id, rm);
    expect((await get(app, call.id)).body).toMatchObject({
      ...{ request_id: call.id, tool_name: 'bash', input: { command: 'rm a' }, status: 'pending' },
      ...{ created_at: call.processed_at, expires_at: null, time_remaining: null, session_id: id, agent: 'tidy' },
    });
    const { status, body } = await respond(app, call.id, { allowed: false, message: 'Keep it.' });
    expect([status, body]).toEqual([200, { status: 'success', permission_id: call.id, allowed: false }]);
    expect(sessions.sent).toEqual([
      { type: 'user.tool_confirmation', tool_use_id: call.id, result: 'deny', deny_message: 'Keep it.' },
    ]);
    expect((await get(app, call.id)).body).toMatchObject({ status: 'denied' });
    const again = errorOf(await respond(app, call.id, { allowed: true }));
    expect(again).toMatchObject({ status: 409, code: 'session_conflict' });
    expect(again.message).toContain('denied');
    expect(sessions.sent).toHaveLength(1);
  });

  it('can be checked by its owner, as a permission tool does', async () => {
    const { app, sessions } = service({ tokenHashes });
    const { id } = await sessions.create(tokenHashes[0], draftOf());
    const call = sessions.say(id, rm);
    const check = async (body: object, token = 'one'): Promise<Reply> =>
      await request(app)
        .post('/mcp/permission/check')
        .set('x-api-key', token)
        .send({ tool_name: 'bash', input: { command: 'other' }, ...body });
    const pending = await check({ tool_use_id: call.id });
    expect([pending.status, pending.body]).toMatchObject([200, { behavior: 'pending', confirmationId: call.id }]);
    await respond(app, call.id, { allowed: true }, { 'x-api-key': 'one' });
    const { body } = await check({ permissionId: call.id });
    expect(body).toEqual({ behavior: 'allow', updatedInput: { command: 'rm a' } });
    for (const reply of [
      await check({}),
      await check({ permissionId: 'a' }),
      await check({ permissionId: call.id }, 'two'),
    ])
      expect(errorOf(reply)).toMatchObject({ status: 404, code: 'session_not_found' });
  });

  it('tells how much time is left', async () => {
    const { app, sessions } = service();
    sessions.askTimeoutMs = 60_000;
    const { id } = await sessions.create(undefined, draftOf());
    const call = sessions.say(id, rm);
    const left = Math.floor((Date.parse(call.processed_at ?? '') + 60_000 - epoch - 10_000) / 1000);
    expect((await get(app, call.id)).body).toMatchObject({ time_remaining: left });
  });

  it('is answered by the first of two at a time; the other is told without a field of another request', async () => {
    const { app, sessions } = service();
    const { id } = await sessions.create(undefined, draftOf());
    const call = sessions.say(id, rm);
    const pending = await sessions.question(undefined, call.id);
    sessions.question = () => Promise.resolve(pending);
    expect((await respond(app, call.id, { allowed: true })).status).toBe(200);
    const { status, message } = errorOf(await respond(app, call.id, { allowed: false }));
    expect([status, message]).toEqual([409, 'It was answered before.']);
  });

  it('is there for its owner only', async () => {
    const { app, sessions } = service({ tokenHashes });
    const { id } = await sessions.create(tokenHashes[0], draftOf());
    const call = sessions.say(id, rm);
    const other = { 'x-api-key': 'two' };
    const replies = [
      await get(app, call.id, other),
      await get(app, 'sevt_none', other),
      await respond(app, call.id, { allowed: true }, other),
    ];
    for (const reply of replies) expect(errorOf(reply)).toMatchObject({ status: 404, code: 'session_not_found' });
    expect(errorOf(await get(app, call.id)).status).toBe(401);
    expect(errorOf(await respond(app, call.id, { allowed: true })).status).toBe(401);
    expect(sessions.sent).toEqual([]);
    expect((await get(app, call.id, { authorization: 'Bearer one' })).status).toBe(200);
  });

  it('is nothing that a web page may answer, or a form', async () => {
    const { app, sessions } = service();
    const { id } = await sessions.create(undefined, draftOf());
    const call = sessions.say(id, rm);
    const page = errorOf(await respond(app, call.id, { allowed: true }, { origin: 'https://evil.example' }));
    expect(page).toMatchObject({ status: 403, code: 'host_not_allowed' });
    const form = (await request(app)
      .post(`/permissions/${call.id}/respond`)
      .type('text/plain')
      .send('{"allowed":true}')) as Reply;
    expect(errorOf(form).status).toBe(415);
    expect(errorOf(await respond(app, call.id, {}))).toMatchObject({ status: 400, message: 'allowed: Field required' });
    expect(sessions.sent).toEqual([]);
  });

  it('says so where there are no agents', async () => {
    const { app } = testApp();
    for (const reply of [
      await get(app, 'stream'),
      await get(app, 'sevt_1'),
      await respond(app, 'a', { allowed: true }),
    ])
      expect(errorOf(reply)).toMatchObject({ status: 404, code: 'agent_not_found' });
  });
});

describe('the stream of requests for permission', () => {
  it('begins with a word and what is pending, and goes on with what happens', async () => {
    const { sessions, id, url } = await listening();
    const first = sessions.say(id, rm);
    const { response, until } = await followStream(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await until('"permission_request"')).toMatch(
      /^event: ping\ndata: \{"message":"Connected to permission stream"\}\n\nevent: permission_request\ndata: \{"type":"permission_request",/,
    );
    const second = sessions.say(id, { ...rm, input: { command: 'rm b' } });
    await until(second.id);
    await fetch(url.replace('stream', `${first.id}/respond`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"allowed":true}',
    });
    expect(await until('permission_resolved"')).toMatch(
      new RegExp(`"permission_resolved","request_id":"${first.id}","allowed":true,"resolved_at":"2026-`),
    );
    await sessions.delete(undefined, id);
    expect(await until('permission_expired"')).toContain(`"permission_expired","request_id":"${second.id}"`);
  });

  it('shows the requests of the token only', async () => {
    const { sessions, url } = await listening({ tokenHashes });
    const ids = await Promise.all(tokenHashes.map((hash) => sessions.create(hash, draftOf())));
    const { until } = await followStream(url, { 'x-api-key': 'two' });
    sessions.say(ids[0]?.id ?? '', rm);
    const own = sessions.say(ids[1]?.id ?? '', rm);
    const text = await until(own.id);
    expect(text.match(/event: permission_request/g)).toHaveLength(1);
  });

  it('says that it is alive while nothing happens', async () => {
    const { url } = await listening({ permissionPingMs: 20, silenceMs: 10_000 });
    const { until } = await followStream(url);
    expect(await until('event: ping\ndata: {"message":"keepalive"}\n\n')).toBeTruthy();
  });

  it('has a head alone for those who ask for that', async () => {
    const { sessions, url } = await listening();
    const { status, headers } = await fetch(url, { method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(sessions.questions.followerCount).toBe(0);
  });

  it('ends when its client leaves, when it fails, and when the service stops', async () => {
    const { sessions, url, watching } = await listening();
    const leaving = await followStream(url);
    await expect.poll(() => sessions.questions.followerCount).toBe(1);
    leaving.leave();
    await expect.poll(() => sessions.questions.followerCount).toBe(0);

    const failing = await followStream(url);
    await failing.until('Connected');
    sessions.questions.fail(new HarnessError('INTERNAL', 'It failed.'));
    expect(await failing.rest()).toMatch(/\n\nevent: error\ndata: .*"error_code":"internal".*\n\n$/);

    const staying = await followStream(url);
    await staying.until('Connected');
    watching.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    expect(await staying.rest()).not.toContain('error');
    expect(await watching.idle(5000)).toBe(true);
  });
});
