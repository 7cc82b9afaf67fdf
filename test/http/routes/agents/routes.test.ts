import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../../support/agents/profile.ts';
import { testApp, type Reply, type TestChanges } from '../../test-app.ts';

const tokenHashes = ['one', 'two'].map(hashToken);

function service(changes: TestChanges = {}, ...profiles: Parameters<typeof profileOf>[0][]) {
  const sessions = new FakeSessions(...(profiles.length > 0 ? profiles : [{}]).map((profile) => profileOf(profile)));
  return { sessions, app: testApp(undefined, { sessions, ...changes }).app };
}

const get = async (app: Express, path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).get(path).set(headers);
const post = async (
  app: Express,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const asking = request(app).post(path).set(headers);
  return await (body === undefined ? asking : asking.send(body));
};
const errorOf = ({ status, body }: Reply) => {
  const { type, error } = body as { type: string; error: { message: string; details: { error_code: string } } };
  expect(type).toBe('error');
  return { status, code: error.details.error_code, message: error.message };
};
const idsOf = ({ body }: Reply) => (body as { data: { id: string }[] }).data.map(({ id }) => id);

describe('agents and environments', () => {
  it('are those of the configuration that the token may use', async () => {
    const { app } = service({ tokenHashes }, { name: 'all' }, { name: 'own', tokens: [hashToken('two')] });
    const lists = ['/v1/agents?beta=true', '/v1/environments', '/agents'];
    for (const path of lists) {
      expect(idsOf(await get(app, path, { 'x-api-key': 'one' }))).toEqual(['all']);
      expect(idsOf(await get(app, path, { authorization: 'Bearer two' }))).toEqual(['all', 'own']);
    }
    for (const path of ['/v1/agents/own', '/v1/agents/own/versions', '/v1/environments/own']) {
      expect(errorOf(await get(app, path, { 'x-api-key': 'one' })).code).toBe('agent_not_found');
      expect((await get(app, path, { 'x-api-key': 'two' })).status).toBe(200);
    }
    expect(errorOf(await get(app, '/v1/agents')).code).toBe('unauthorized');
  });

  it('have versions', async () => {
    const { app } = service({}, { description: 'Old.' }, { description: 'New.' });
    expect((await get(app, '/v1/agents/tidy')).body).toMatchObject({ version: 2, description: 'New.' });
    expect((await get(app, '/v1/agents/tidy?version=1')).body).toMatchObject({ version: 1, description: 'Old.' });
    expect(errorOf(await get(app, '/v1/agents/tidy?version=3')).code).toBe('agent_not_found');
    const { body } = await get(app, '/v1/agents/tidy/versions?limit=1');
    expect(body).toMatchObject({ data: [{ version: 2 }], next_page: '2' });
    expect((await get(app, '/v1/agents/tidy/versions?page=2')).body).toMatchObject({
      data: [{ version: 1 }],
      next_page: null,
    });
  });

  it('can be listed by the time at which they came', async () => {
    const { app } = service();
    expect(idsOf(await get(app, '/v1/agents?created_at[gte]=2026-01-31T12:00:00Z'))).toEqual(['tidy']);
    expect(idsOf(await get(app, '/v1/agents?created_at[gt]=2026-01-31T12:00:00Z'))).toEqual([]);
  });

  it.each([
    ['post', '/v1/environments'],
    ['post', '/v1/environments/tidy'],
    ['delete', '/v1/environments/tidy'],
    ['post', '/v1/environments/tidy/archive'],
  ] as const)('cannot be changed by %s %s', async (method, path) => {
    const reply = (await request(service().app)[method](path).send({ name: 'a' })) as Reply;
    const { status, code, message } = errorOf(reply);
    expect([status, code]).toEqual([400, 'unsupported_parameter']);
    expect(message).toContain('docs/agents.md');
  });

  it('answer other methods and paths in the envelope of their API', async () => {
    const { app } = service();
    expect(errorOf((await request(app).put('/v1/agents/tidy')) as Reply).code).toBe('method_not_allowed');
    expect(errorOf(await get(app, '/v1/sessions/sesn_1/threads')).code).toBe('route_not_found');
  });
});

describe('a service without agents', () => {
  const { app } = testApp();

  it.each(['/v1/agents', '/v1/environments', '/v1/sessions'])('has empty lists: %s', async (path) => {
    expect((await get(app, path)).body).toMatchObject({ data: [], next_page: null });
  });

  it('says so where one is asked for', async () => {
    const replies = [
      await get(app, '/v1/agents/tidy'),
      await get(app, '/v1/sessions/sesn_1/events/stream'),
      await post(app, '/v1/sessions', { agent: 'tidy' }),
      await post(app, '/v1/sessions/sesn_1/archive'),
    ];
    for (const reply of replies) {
      expect(errorOf(reply)).toMatchObject({ status: 404, code: 'agent_not_found' });
      expect(errorOf(reply).message).toContain('No agents are configured');
    }
  });
});

describe('sessions', () => {
  it('belong to the token that created them', async () => {
    const { app, sessions } = service({ tokenHashes });
    const { id } = await sessions.create(tokenHashes[0], draftOf());
    const own = { 'x-api-key': 'one' };
    const other = { 'x-api-key': 'two' };
    const path = `/v1/sessions/${id}`;
    expect(idsOf(await get(app, '/v1/sessions', own))).toEqual([id]);
    expect(idsOf(await get(app, '/v1/sessions', other))).toEqual([]);
    const replies = [
      await get(app, path, other),
      await get(app, `${path}/events`, other),
      await get(app, `${path}/events/stream`, other),
      await get(app, `${path}/resources`, other),
      await post(app, path, {}, other),
      await post(app, `${path}/events`, { events: [{ type: 'user.interrupt' }] }, other),
      await post(app, `${path}/archive`, undefined, other),
      (await request(app).delete(path).set(other)) as Reply,
    ];
    expect(replies.map((reply) => errorOf(reply).code)).toEqual(replies.map(() => 'session_not_found'));
    expect((await get(app, `${path}/resources`, own)).body).toEqual({ data: [], next_page: null });
  });

  it('are created of the version that is asked for, with what it has', async () => {
    const { app, sessions } = service({}, { tools: ['bash'] }, { tools: ['bash', 'read'] });
    const agent = { type: 'agent_with_overrides', id: 'tidy', version: 1, tools: [{ type: 'agent_toolset_20260401' }] };
    expect((await post(app, '/v1/sessions', { agent })).body).toMatchObject({ agent: { version: 1 } });
    expect(sessions.drafts).toMatchObject([{ agent: 'tidy', version: 1, overrides: { tools: [{ tool: 'bash' }] } }]);
    const newer = { ...agent, version: undefined };
    await post(app, '/v1/sessions', { agent: newer });
    expect(sessions.drafts[1]).toMatchObject({ overrides: { tools: [{ tool: 'bash' }, { tool: 'read' }] } });
    expect(errorOf(await post(app, '/v1/sessions', { agent: 'other' })).code).toBe('agent_not_found');
    expect(errorOf(await post(app, '/v1/sessions', { agent: 'tidy', environment_id: 'a' }))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^environment_id: /) as string,
    });
  });

  it('are changed within the tools of their agent', async () => {
    const { app, sessions } = service({}, { tools: ['bash'] });
    const { id } = await sessions.create(undefined, draftOf());
    const toolset = { type: 'agent_toolset_20260401', configs: [{ name: 'read', enabled: true }] };
    const { message } = errorOf(await post(app, `/v1/sessions/${id}`, { agent: { tools: [toolset] } }));
    expect(message).toMatch(/^agent\.tools\.0\.configs\.0\.name: /);
    await post(app, `/v1/sessions/${id}`, { agent: { tools: [{ ...toolset, configs: [] }] }, budget: null });
    expect(sessions.patches).toEqual([{ maxCostUsd: null, overrides: { tools: [{ tool: 'bash' }], customTools: [] } }]);
  });

  it('are listed as the query asks, whose lists may be written in several ways', async () => {
    const { app, sessions } = service();
    const first = await sessions.create(undefined, draftOf());
    const second = await sessions.create(undefined, draftOf());
    sessions.run(second.id);
    const list = async (query: string) => idsOf(await get(app, `/v1/sessions?${query}`));
    expect(await list('')).toEqual([second.id, first.id]);
    expect(await list('order=asc')).toEqual([first.id, second.id]);
    expect(await list('statuses=idle')).toEqual([first.id]);
    expect(await list('statuses[]=idle&statuses[]=running')).toHaveLength(2);
    expect(await list('statuses=running&statuses=terminated')).toEqual([second.id]);
    // No session is ever in this state; it is no reason to show them all.
    expect(await list('statuses[]=rescheduling')).toEqual([]);
    expect(await list('agent_id=other')).toEqual([]);
    expect(await list('created_at[gt]=2026-01-31T12:00:01Z')).toEqual([second.id]);
    await sessions.archive(undefined, first.id);
    expect(await list('')).toEqual([second.id]);
    expect(await list('include_archived=true')).toHaveLength(2);
  });

  it('refuse what they cannot take now, and take nothing of a list that is wrong', async () => {
    const { app, sessions } = service();
    const { id } = await sessions.create(undefined, draftOf());
    const hello = { type: 'user.message', content: 'Hello' };
    const wrong = await post(app, `/v1/sessions/${id}/events`, { events: [hello, { type: 'user.define_outcome' }] });
    expect(errorOf(wrong)).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(sessions.sent).toEqual([]);
    sessions.run(id);
    expect(errorOf(await post(app, `/v1/sessions/${id}/archive`))).toMatchObject({
      status: 409,
      code: 'session_conflict',
    });
  });
});

describe('web pages', () => {
  const asking: [method: 'get' | 'post' | 'delete', path: string][] = [
    ['get', '/v1/agents'],
    ['post', '/v1/agents'],
    ['post', '/v1/sessions'],
    ['post', '/v1/sessions/sesn_0001/archive'],
    ['post', '/v1/sessions/sesn_0001/events'],
    ['delete', '/v1/sessions/sesn_0001'],
    ['get', '/v1/sessions/sesn_0001/events'],
  ];

  it.each(asking)('of other origins may not %s %s', async (method, path) => {
    const { app, sessions } = service({ corsOrigins: ['https://chat.example'] });
    await sessions.create(undefined, draftOf());
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1', 'https://chat.example.evil.example']) {
      const { status, code, message } = errorOf(await request(app)[method](path).set({ origin }));
      expect([status, code]).toEqual([403, 'host_not_allowed']);
      expect(message).toContain('server.cors_origins');
    }
    expect(
      await sessions.list(undefined, { limit: 9, order: 'asc', created: {}, includeArchived: false }),
    ).toMatchObject({ data: { length: 1 } });
  });

  it('of origins that are configured may, and so may those of the service itself', async () => {
    const { app } = service({ corsOrigins: ['https://chat.example'], allowedHosts: ['harness.home'] });
    const body = { agent: 'tidy' };
    expect((await post(app, '/v1/sessions', body, { origin: 'https://chat.example' })).status).toBe(200);
    const own = { host: 'harness.home:8013', origin: 'http://harness.home:8013' };
    expect((await post(app, '/v1/sessions', body, own)).status).toBe(200);
    expect((await post(app, '/v1/sessions', body, { ...own, origin: 'https://harness.home:8013' })).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a'])(
    'can send nothing that a form could: %s',
    async (type) => {
      const { app, sessions } = service();
      const { id } = await sessions.create(undefined, draftOf());
      for (const path of ['/v1/sessions', `/v1/sessions/${id}/archive`, `/v1/sessions/${id}/events`]) {
        const reply = (await request(app).post(path).set('content-type', type).send('{"agent":"tidy"}')) as Reply;
        expect(errorOf(reply)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
      }
      expect((await sessions.get(undefined, id)).archivedAt).toBeUndefined();
    },
  );
});
