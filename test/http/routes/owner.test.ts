import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { OwnerControls, PooledProcess } from '../../../src/core/owner-controls.ts';
import { roles } from '../../../src/core/role.ts';
import type { WireLoginInstructions, WirePoolStats } from '../../../src/http/routes/owner/owner-schema.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { fakeOwner } from '../../support/fake-owner.ts';
import { expectDescribed, operationOf, operations } from '../openapi/described.ts';
import { answerWith, testApp, type Reply } from '../test-app.ts';

const app = (changes: Partial<OwnerControls> = {}): Express =>
  testApp(answerWith('Because ', 'of light.'), { owner: fakeOwner(changes) }).app;

const ownerPaths = operations
  .filter(({ tags }) => tags.includes('Owner'))
  .map(({ method, path }) => [method, path] as const);

describe('who may', () => {
  const tokens = roles.map((role) => ({ hash: hashToken(role), role }));
  const locked = testApp(undefined, { owner: fakeOwner(), tokens }).app;

  it.each(ownerPaths)('%s %s is for the owner alone', async (method, path) => {
    for (const role of ['client', 'viewer']) {
      const { status, body } = (await request(locked)[method](path).set('x-api-key', role)) as Reply;
      expect([role, status]).toEqual([role, 403]);
      expect(JSON.stringify(body)).toContain('role owner');
    }
    const asked = request(locked)[method](path).set('x-api-key', 'owner');
    expect((await (method === 'post' ? asked.send({}) : asked)).status).not.toBe(403);
  });

  it.each(ownerPaths)('%s %s is not for other web pages, where no token is needed', async (method, path) => {
    const { status } = (await request(app())[method](path).set('origin', 'https://evil.example')) as Reply;
    expect(status).toBe(403);
  });

  it('has a list that is not empty', () => {
    expect(ownerPaths).toHaveLength(11);
  });
});

describe('POST /chat', () => {
  it('answers a prompt', async () => {
    const reply = (await request(app())
      .post('/chat')
      .send({ prompt: 'Why is the sky blue?', model: 'haiku' })) as Reply;
    expect(reply.body).toEqual({
      response: 'Because of light.',
      status: 'success',
      metadata: { model: 'claude-haiku-4-5', stop_reason: 'end_turn', returncode: 0 },
    });
    expectDescribed(operationOf('post', '/chat'), reply);
  });

  it('has failures as its clients know them', async () => {
    const reply = (await request(app()).post('/chat').send({})) as Reply;
    expect([reply.status, reply.body]).toEqual([400, { detail: 'prompt is missing; it must be a text.' }]);
  });
});

describe('POST /execute', () => {
  const post = async (body: object, owner = fakeOwner()): Promise<Reply> =>
    await request(testApp(undefined, { owner }).app).post('/execute').send(body);

  it.each([
    [{ command: 'version' }, 'version', 30_000],
    [{ command: '--version' }, 'version', 30_000],
    [{ command: 'auth', args: ['status', '--json'] }, 'auth status', 30_000],
    [{ command: 'doctor', timeout: 5 }, 'doctor', 5000],
  ])('%j is run', async (body, command, timeoutMs) => {
    const run = vi.fn(() => Promise.resolve({ status: 'error', exitCode: 1, stdout: 'out', stderr: 'err' } as const));
    const reply = await post(body, fakeOwner({ run }));
    expect(run).toHaveBeenCalledExactlyOnceWith(command, timeoutMs);
    expect(reply.body).toEqual({ command, status: 'error', returncode: 1, output: 'out', error: 'err' });
    expectDescribed(operationOf('post', '/execute'), reply);
  });

  it('lists the models', async () => {
    expect((await post({ command: 'models' })).body).toMatchObject({ output: 'haiku\na/b\n', returncode: 0 });
  });

  it('has no code where it ran too long', async () => {
    const run = () => Promise.resolve({ status: 'timeout', stdout: '', stderr: '' } as const);
    expect((await post({ command: 'doctor' }, fakeOwner({ run }))).body).toMatchObject({
      status: 'timeout',
      returncode: null,
    });
  });

  it.each([
    [{ command: 'mcp' }, 'command'],
    [{ command: 'version', args: ['; rm -rf /'] }, 'command'],
    [{ command: 'auth', args: ['logout'] }, 'command'],
    [{ command: '-p' }, 'command'],
    [{}, 'command'],
    [{ command: 'version', args: 'x' }, 'args'],
    [{ command: 'version', timeout: 301 }, 'timeout'],
  ])('%j is refused, and nothing is run', async (body, field) => {
    const run = vi.fn<OwnerControls['run']>();
    const { status, body: answer } = await post(body, fakeOwner({ run }));
    expect([status, (answer as { error: { param: string } }).error.param]).toEqual([400, field]);
    expect(run).not.toHaveBeenCalled();
  });

  it('and logging out are off until they are switched on', async () => {
    const run = vi.fn<OwnerControls['run']>();
    const signOut = vi.fn<OwnerControls['signOut']>();
    const owner = { ...fakeOwner({ run, signOut }), allows: { execute: false, logout: false } };
    const off = testApp(undefined, { owner }).app;
    for (const [path, key] of [
      ['/execute', 'admin.execute'],
      ['/auth/logout', 'admin.logout'],
    ] as const) {
      const reply = (await request(off).post(path).send({ command: 'version' })) as Reply;
      expect([reply.status, reply.text.includes(key)]).toEqual([403, true]);
    }
    expect([run.mock.calls, signOut.mock.calls]).toEqual([[], []]);
  });
});

describe('what the service is made of', () => {
  it.each(['/version', '/v1/config', '/v1/pool/stats', '/auth/status', '/auth/login-instructions'])(
    '%s is as described',
    async (path) => {
      const reply = (await request(app()).get(path)) as Reply;
      expect(reply.status).toBe(200);
      expectDescribed(operationOf('get', path), reply);
    },
  );

  it('says which processes there are', async () => {
    expect(((await request(app()).get('/v1/pool/stats')) as Reply).body).toMatchObject({
      max_sessions: 4,
      ttl_seconds: 3600,
      total_sessions: 2,
      active_sessions: 1,
      available_sessions: 1,
      sessions: [{ id: '17', age_seconds: 61, idle_seconds: 1, use_count: 2, is_active: false }, { is_active: true }],
    });
  });

  it('says whose login a process has where there are several', async () => {
    const [idle, busy] = fakeOwner().controls.processes() as [PooledProcess, PooledProcess];
    const of = (...processes: PooledProcess[]) => request(app({ processes: () => processes })).get('/v1/pool/stats');
    const several = (await of({ ...idle, login: 'ada' }, { ...busy, login: 'bob' })) as Reply;
    expect(several.body).toMatchObject({ sessions: [{ login: 'ada' }, { login: 'bob' }] });
    expectDescribed(operationOf('get', '/v1/pool/stats'), several);
    const one = (await of(idle)) as Reply;
    expect((one.body as WirePoolStats).sessions.map((each) => 'login' in each)).toEqual([false]);
  });

  it('has steps to sign in, or what to do about a token instead', async () => {
    const steps = async (changes: Partial<OwnerControls>) =>
      ((await request(app(changes)).get('/auth/login-instructions')).body as WireLoginInstructions).steps;
    expect((await steps({ canSignIn: true })).at(0)).toContain('POST /auth/login');
    expect(await steps({ canSignIn: false, remedy: 'make a new token' })).toEqual(['On the server: make a new token.']);
  });

  it('says of a login what is known', async () => {
    const unknown = app({ authStatus: () => Promise.resolve({ state: 'unknown' }) });
    expect(((await request(unknown).get('/auth/status')) as Reply).body).toEqual({
      logged_in: null,
      method: null,
      service: { status: 'ready' },
      sign_in: { state: 'none' },
    });
  });
});

describe('a sign-in', () => {
  it('begins with a link', async () => {
    const reply = (await request(app()).post('/auth/login')) as Reply;
    expect(reply.body).toEqual({
      state: 'waiting',
      url: 'https://claude.example/sign-in?state=s',
      expires_at: '2001-09-09T01:46:40.000Z',
    });
    expectDescribed(operationOf('post', '/auth/login'), reply);
  });

  it('takes the code, and nothing else', async () => {
    const complete = vi.fn(() => Promise.resolve());
    const { signIn } = fakeOwner().controls;
    const own = app({ signIn: { ...signIn, complete } });
    const reply = (await request(own).post('/auth/login/code').send({ code: ' abc#def ' })) as Reply;
    expectDescribed(operationOf('post', '/auth/login/code'), reply);
    for (const code of ['', 'a b', 'a#b#c', 7, undefined]) {
      expect((await request(own).post('/auth/login/code').send({ code })).status).toBe(400);
    }
    expect(complete).toHaveBeenCalledExactlyOnceWith('abc#def');
  });

  it('can be given up', async () => {
    const reply = (await request(app()).delete('/auth/login')) as Reply;
    expectDescribed(operationOf('delete', '/auth/login'), reply);
  });
});

describe('of several logins', () => {
  const owner = {
    ...fakeOwner(),
    controlsOf: (name: string) => {
      if (name === 'work') return fakeOwner({ authStatus: () => Promise.resolve({ state: 'logged_out' }) }).controls;
      throw new HarnessError('INVALID_REQUEST', 'login: expected one of home, work.', { param: 'login' });
    },
  };
  const statusOf = async (query: string, changes: object = { owner }) =>
    (await request(testApp(undefined, changes).app).get(`/auth/status${query}`)) as Reply;

  it('the one that the query names is meant, else the first', async () => {
    expect((await statusOf('')).body).toMatchObject({ logged_in: true });
    expect((await statusOf('?login=work')).body).toMatchObject({ logged_in: false });
  });

  it.each([
    ['?login=nobody', { owner }, 'expected one of home, work'],
    ['?login=', { owner }, 'expected the name of a login'],
    ['?login=work', { owner: fakeOwner() }, 'this service has but one'],
  ])('%s is refused where there is none of the name', async (query, changes, message) => {
    const reply = await statusOf(query, changes);
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain(message);
    expectDescribed(operationOf('get', '/auth/status'), reply);
  });
});
