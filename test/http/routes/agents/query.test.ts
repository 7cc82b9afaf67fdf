import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Express } from 'express';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../../../../src/core/errors.ts';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../../support/agents/profile.ts';
import { listen, testApp, type Listening, type Reply, type TestChanges } from '../../test-app.ts';
import { followStream } from './follow-stream.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

const tokenHashes = ['one', 'two'].map(hashToken);
const end = { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null } as const;

function service(changes: TestChanges = {}, ...profiles: Parameters<typeof profileOf>[0][]) {
  const sessions = new FakeSessions(...(profiles.length === 0 ? [{}] : profiles).map(profileOf));
  return { sessions, ...testApp(undefined, { sessions, ...changes }) };
}

const post = async (app: Express, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  await request(app).post('/query').set(headers).send(body);
const detailOf = ({ status, body }: Reply): [number, string] => {
  expect(Object.keys(body as object)).toEqual(['detail']);
  return [status, (body as { detail: string }).detail];
};

/** Sends a query over a connection of its own; gives its session's id. */
async function begin(test: ReturnType<typeof service>, body: object = { prompt: 'Hello' }) {
  const listening = await listen(test.app);
  open.push(listening);
  const stream = await followStream(`${listening.url}/query`, {}, body);
  return { ...stream, id: stream.response.headers.get('x-session-id') ?? '' };
}

describe('a query', () => {
  it('is a turn of a new session, whose id it tells', async () => {
    const test = service();
    const { id, response, rest } = await begin(test, { prompt: 'Hello', options: { max_turns: 3 } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(test.sessions.drafts).toMatchObject([{ agent: 'tidy', overrides: { maxTurns: 3 } }]);
    expect(test.sessions.sent).toEqual([{ type: 'user.message', content: [{ type: 'text', text: 'Hello' }] }]);
    test.sessions.say(id, { type: 'agent.message', content: [{ type: 'text', text: 'Hi.' }] });
    test.sessions.say(id, end);
    const text = await rest();
    expect(text).toMatch(/^id: 1\nevent: system_message\ndata: \{"subtype":"init"/);
    expect(text).toMatch(/event: result_message\ndata: \{"subtype":"success".*"session_id":"sesn_\d+".*\n\n$/);
    expect(text).toContain(`"session_id":"${id}"`);
    expect(test.sessions.sent).toHaveLength(1);
  });

  it('goes on with a session, unless that is running or has other options', async () => {
    const test = service();
    const { id } = await test.sessions.create(undefined, draftOf({ overrides: { model: 'opus' } }));
    const query = await begin(test, { prompt: 'And?', options: { resume: id, model: 'opus' } });
    expect(query.id).toBe(id);
    expect(test.sessions.drafts).toHaveLength(1);
    test.sessions.say(id, end);
    await query.rest();
    expect(detailOf(await post(test.app, { prompt: 'a', options: { resume: id, model: 'haiku' } }))[0]).toBe(422);
    test.sessions.run(id);
    expect(detailOf(await post(test.app, { prompt: 'a', options: { resume: id } }))[0]).toBe(409);
    expect(detailOf(await post(test.app, { prompt: 'a', options: { resume: 'sesn_none' } }))[0]).toBe(404);
  });

  it('is cancelled by its id, and when its client leaves', async () => {
    const test = service();
    const cancelled = await begin(test);
    const { body, status } = (await request(test.app).delete(`/query/${cancelled.id}`)) as Reply;
    expect([status, body]).toEqual([200, { status: 'cancelled', session_id: cancelled.id }]);
    test.sessions.say(cancelled.id, end);
    expect(await cancelled.rest()).toContain('"exit_code":null');
    expect(detailOf((await request(test.app).delete('/query/sesn_none')) as Reply)[0]).toBe(404);

    const left = await begin(test);
    await expect.poll(() => test.sessions.watcherCount(left.id)).toBe(1);
    const before = test.sessions.sent.length;
    left.leave();
    await expect.poll(() => test.sessions.sent.slice(before)).toEqual([{ type: 'user.interrupt' }]);
  });

  it('fails with a detail', async () => {
    const test = service({ tokenHashes }, { tokens: [tokenHashes[0] ?? ''] }, { name: 'other', tokens: tokenHashes });
    expect(detailOf(await post(test.app, { prompt: 'a' }))[0]).toBe(401);
    const one = { authorization: 'Bearer one' };
    const [status, detail] = detailOf(await post(test.app, { prompt: 'a' }, one));
    expect([status, detail]).toEqual([422, expect.stringContaining('tidy, other')]);
    expect(detailOf(await post(test.app, {}, one))).toEqual([422, 'prompt: Field required']);
    const two = { authorization: 'Bearer two' };
    expect(detailOf(await post(test.app, { prompt: 'a', options: { agent: 'tidy' } }, two))[0]).toBe(422);
    expect(detailOf(await post(test.app, { prompt: 'a' }, { ...two, origin: 'https://evil.example' }))[0]).toBe(403);
    expect(detailOf(await post(testApp().app, { prompt: 'a' }))[0]).toBe(404);
    expect(test.sessions.drafts).toEqual([]);
  });
});

describe('the folder of a query', () => {
  let root: string;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'query-folder-')));
    for (const name of ['a', 'a/inner', 'ab', 'other']) mkdirSync(join(root, name));
    symlinkSync(join(root, 'other'), join(root, 'a', 'link'));
    symlinkSync(join(root, 'a', 'inner'), join(root, 'ab', 'back'));
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const chosen = async (cwd: string) => {
    const workspaces = [{ path: join(root, 'a'), mode: 'rw' as const }] as const;
    const test = service({}, { workspaces: [...workspaces] });
    let folder: string | undefined;
    test.sessions.create = (_caller, { overrides }) => {
      folder = overrides.folder?.path;
      return Promise.reject(new HarnessError('DRAINING', 'It need not be created.'));
    };
    const { status } = await post(test.app, { prompt: 'a', options: { cwd } });
    return status === 503 ? folder?.slice(root.length + 1) : status;
  };

  it.each([
    ['a', 'a'],
    ['a/inner', 'a/inner'],
    ['a/../a/inner/', 'a/inner'],
    // Where it really is counts.
    ['ab/back', 'a/inner'],
    ['ab', 403],
    ['a/link', 403],
    ['a/..', 403],
    ['a/none', 403],
  ])('%s: %s', async (path, expected) => {
    expect(await chosen(`${root}/${path}`)).toBe(expected);
  });

  it('is an absolute path', async () => {
    expect(await chosen('.')).toBe(403);
  });
});

describe('what may be asked', () => {
  it('are the options, and the folders of the agents of the token', async () => {
    const test = service({ tokenHashes }, { tokens: [tokenHashes[0] ?? ''] }, { name: 'other', tokens: tokenHashes });
    const { body } = (await request(test.app).get('/capabilities').set('x-api-key', 'two')) as Reply;
    expect(body).toMatchObject({
      ...{ server_version: '1.2.3', sdk_version: null, claude_cli_version: '2.1.197', agents: ['other'] },
      cwd_whitelist: ['/srv/photos', '/srv/music'],
      supported_options: expect.arrayContaining(['permission_mode', 'cwd', 'resume']) as object,
    });
    expect((body as { supported_options: string[] }).supported_options).not.toContain('mcp_servers');
    expect(detailOf((await request(test.app).get('/capabilities')) as Reply)[0]).toBe(401);
  });
});
