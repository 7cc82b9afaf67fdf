import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentProfile } from '../../../../src/core/agent.ts';
import type { AccessToken } from '../../../../src/core/role.ts';
import { forwardTo } from '../../../../src/http/forward.ts';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { openSessions, profile } from '../../../feature/sessions/open-sessions.ts';
import { temporaryDir } from '../../../process/fixture.ts';
import { testApp, type Reply, type TestChanges } from '../../test-app.ts';

const roles = ['owner', 'viewer', 'client'] as const;
const tokens: AccessToken[] = roles.map((role) => ({ hash: hashToken(role), role }));
const usable: AgentProfile = { ...profile, tokens: tokens.map(({ hash }) => hash) };
const reader = {
  name: 'Reader',
  model: 'haiku',
  tools: [
    { type: 'agent_toolset_20260401', default_config: { enabled: false }, configs: [{ name: 'read', enabled: true }] },
  ],
};

function service(changes: TestChanges = {}, profiles = [usable]): Express {
  const { sessions } = openSessions({ profiles });
  return testApp(undefined, { sessions, createdAgents: sessions.createdAgents, tokens, ...changes }).app;
}

const post = async (app: Express, path: string, body?: object, token = 'owner'): Promise<Reply> => {
  const asking = request(app).post(path).set('x-api-key', token);
  return await (body === undefined ? asking : asking.send(body));
};
const get = async (app: Express, path: string, token = 'owner'): Promise<Reply> =>
  await request(app).get(path).set('x-api-key', token);
const errorOf = ({ status, body }: Reply) => {
  const { error } = body as { error: { message: string; details: { error_code: string } } };
  return { status, code: error.details.error_code, message: error.message };
};
const idOf = ({ body }: Reply) => (body as { id: string }).id;
const idsOf = ({ body }: Reply) => (body as { data: { id: string }[] }).data.map(({ id }) => id);

async function created(app: Express, fields: object = {}): Promise<string> {
  const reply = await post(app, '/v1/agents', { ...reader, ...fields });
  expect(reply.status).toBe(200);
  return idOf(reply);
}

describe('agents', () => {
  it('are created, changed and archived, and are seen by whoever may use their profile', async () => {
    const app = service();
    const id = await created(app, { metadata: { room: '7' } });
    const path = `/v1/agents/${id}`;
    expect((await post(app, path, { version: 1, system: 'Read.', metadata: { room: null } })).body).toMatchObject({
      ...{ id, version: 2, name: 'Reader', system: 'Read.', archived_at: null },
      metadata: { profile: 'coder' },
    });
    expect((await get(app, `${path}?version=1`, 'client')).body).toMatchObject({
      system: null,
      metadata: { room: '7' },
    });
    expect((await get(app, `${path}/versions`, 'client')).body).toMatchObject({
      data: [{ version: 2 }, { version: 1 }],
    });
    expect(errorOf(await post(app, path, { version: 1, name: 'Other' }))).toMatchObject({
      status: 409,
      code: 'agent_conflict',
    });
    const session = await post(app, '/v1/sessions', { agent: id, environment_id: id }, 'client');
    expect(session.body).toMatchObject({ agent: { id, version: 2 }, environment_id: 'coder' });
    expect((await post(app, '/v1/sessions', { agent: id, environment_id: 'coder' })).status).toBe(200);
    expect(idsOf(await get(app, '/v1/environments'))).toEqual(['coder']);
    expect((await get(app, `/v1/environments/${id}`)).body).toMatchObject({ id: 'coder' });
    expect((await post(app, `${path}/archive`)).body).toMatchObject({ id, archived_at: expect.any(String) as string });
    const { message } = errorOf(
      await post(app, '/v1/sessions', { agent: { type: 'agent', id, version: 1 } }, 'client'),
    );
    expect(message).toMatch(/^agent: .*archived/);
  });

  it('are listed after those of the configuration, page by page', async () => {
    const app = service();
    const ids = [await created(app), await created(app)];
    expect(idsOf(await get(app, '/v1/agents'))).toEqual(['coder', ...ids]);
    const { body } = await get(app, '/v1/agents?limit=2');
    const { next_page: next } = body as { next_page: string };
    expect(idsOf(await get(app, `/v1/agents?limit=2&page=${next}`))).toEqual([ids[1]]);
    await post(app, `/v1/agents/${String(ids[0])}/archive`);
    expect(idsOf(await get(app, '/v1/agents'))).toEqual(['coder', ids[1]]);
    expect(idsOf(await get(app, '/v1/agents?include_archived=true'))).toEqual(['coder', ...ids]);
    expect(idsOf(await get(app, '/v1/agents?include_archived=true&created_at[gte]=2027-01-01T00:00:00Z'))).toEqual([]);
  });

  it('are no wider than their profile', async () => {
    const app = service();
    const wider = [{ type: 'agent_toolset_20260401', configs: [{ name: 'write', enabled: true }] }];
    const refusal = { status: 400, message: expect.stringMatching(/^tools\.0\.configs\.0\.name: /) as string };
    expect(errorOf(await post(app, '/v1/agents', { ...reader, tools: wider }))).toMatchObject(refusal);
    const id = await created(app);
    expect(errorOf(await post(app, `/v1/agents/${id}`, { tools: wider }))).toMatchObject(refusal);
    const allowing = [
      { type: 'agent_toolset_20260401', default_config: { permission_policy: { type: 'always_allow' } } },
    ];
    expect(errorOf(await post(app, '/v1/agents', { ...reader, tools: allowing })).message).toMatch(
      /^tools: .*stricter/,
    );
  });

  it('name their profile where the token may use several', async () => {
    const other = { ...usable, name: 'other' };
    const app = service({}, [usable, other, { ...usable, name: 'hidden', tokens: [hashToken('client')] }]);
    for (const metadata of [{}, { profile: 'hidden' }]) {
      expect(errorOf(await post(app, '/v1/agents', { ...reader, metadata }))).toMatchObject({
        status: 400,
        message: expect.stringMatching(/^metadata\.profile: .*coder, other$/) as string,
      });
    }
    const id = await created(app, { metadata: { profile: 'other' } });
    expect((await post(app, `/v1/agents/${id}`, { name: 'B' })).body).toMatchObject({ metadata: { profile: 'other' } });
    const moved = await post(app, `/v1/agents/${id}`, { metadata: { profile: 'coder' } });
    expect(moved.body).toMatchObject({ version: 3, metadata: { profile: 'coder' } });
  });

  it('of the configuration are for the configuration to change', async () => {
    const app = service();
    for (const path of ['/v1/agents/coder', '/v1/agents/coder/archive']) {
      const { status, message } = errorOf(await post(app, path, path.endsWith('coder') ? { name: 'x' } : undefined));
      expect(status).toBe(400);
      expect(message).toContain('configuration');
    }
    expect(errorOf(await post(app, '/v1/agents/agent_1', {}))).toMatchObject({ status: 404, code: 'agent_not_found' });
  });

  it('can be queried, by their ids only', async () => {
    const app = service();
    const id = await created(app);
    expect((await get(app, '/capabilities')).body).toMatchObject({ agents: ['coder'] });
    const wrong = await post(app, '/query', { prompt: 'Hi', options: { agent: id, allowed_tools: ['Write'] } });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('allowed_tools')]);
  });
});

describe('who is not an owner', () => {
  const changing: [path: string, body?: object][] = [
    ['/v1/agents', reader],
    ['/v1/agents/ID', { name: 'Mine' }],
    ['/v1/agents/ID/archive'],
    ['/v1/agents/coder', { name: 'Mine' }],
  ];

  it.each(changing)('may not change agents: %s', async (path, body) => {
    const app = service();
    const id = await created(app);
    for (const token of ['viewer', 'client']) {
      const reply = await post(app, path.replace('ID', id), body, token);
      expect(errorOf(reply)).toMatchObject({ status: 403, code: 'role_required' });
    }
    expect((await get(app, '/v1/agents')).body).toMatchObject({ data: [{}, { id, version: 1, archived_at: null }] });
  });

  it('is nobody where no token is asked for', async () => {
    expect((await post(service({ tokens: [] }, [profile]), '/v1/agents', reader, '')).status).toBe(200);
  });
});

describe('a request that is passed on', () => {
  /** Whoever asks at the front, the service behind it goes by its own tokens. */
  async function front(own: readonly AccessToken[], behind: readonly AccessToken[]): Promise<Express> {
    const socketPath = join(temporaryDir(), 'agents.sock');
    const server = createServer(service({ tokens: behind }));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return testApp(undefined, { tokens: own, forwardAgents: forwardTo(socketPath) }).app;
  }
  const all = (role: AccessToken['role']): AccessToken[] => tokens.map((token) => ({ ...token, role }));

  it('has the role of its token, no more and no less', async () => {
    const app = await front(tokens, tokens);
    const id = await created(app);
    expect((await post(app, `/v1/agents/${id}/archive`)).status).toBe(200);
    expect(errorOf(await post(app, '/v1/agents', reader, 'client')).code).toBe('role_required');
  });

  it('gains none on the way, on either side', async () => {
    expect(errorOf(await post(await front(all('owner'), all('client')), '/v1/agents', reader)).code).toBe(
      'role_required',
    );
    expect(errorOf(await post(await front(all('client'), all('owner')), '/v1/agents', reader)).code).toBe(
      'role_required',
    );
  });
});
