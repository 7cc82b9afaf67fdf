import type { RequestHandler } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createConversationStore } from '../../../src/feature/conversations/conversation-store.ts';
import { Conversations } from '../../../src/feature/conversations/conversations.ts';
import { SqliteState } from '../../../src/state/sqlite-state.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { lockFile } from '../../state/lock-file.ts';
import { openState } from '../../state/open-state.ts';
import { chat, testApp, type Reply } from '../test-app.ts';

const isId = expect.stringMatching(/^session_[0-9a-f]{16}$/) as unknown;

describe('POST /v1/sessions creates a conversation', () => {
  it.each([
    ['without a body', {}, undefined],
    ['without a body, as JSON', { 'content-type': 'application/json' }, undefined],
    ['with an empty object', { 'content-type': 'application/json' }, '{}'],
  ] as const)('%s', async (_name, headers, body) => {
    const reply: Reply = await request(testApp().app).post('/v1/sessions').set(headers).send(body);
    expect([reply.status, reply.body]).toEqual([200, { session_id: isId }]);
  });

  it.each([
    ['a body that is no object', 400, { 'content-type': 'application/json' }, '[]'],
    ['a form', 415, { 'content-type': 'application/x-www-form-urlencoded' }, undefined],
    ['a form with two bytes', 415, { 'content-type': 'application/x-www-form-urlencoded' }, 'a='],
    ['a web page', 403, { origin: 'https://elsewhere.example' }, undefined],
  ] as const)('not for %s', async (_name, status, headers, body) => {
    expect((await request(testApp().app).post('/v1/sessions').set(headers).send(body)).status).toBe(status);
  });
});

describe('the paths that agents have too', () => {
  const forwarded: RequestHandler = (_req, res) => {
    res.json({ forwarded: true });
  };

  it('serve conversations here, and leave everything else to the service of the agents, unread', async () => {
    const { app } = testApp(undefined, { forwardAgents: forwarded });
    const { session_id: id } = (await request(app).post('/v1/sessions')).body as { session_id: string };
    expect((await request(app).get(`/v1/sessions/${id}`)).body).toMatchObject({ session_id: id, messages: 0 });
    expect((await request(app).delete(`/v1/sessions/${id}`)).body).toEqual({ status: 'closed', session_id: id });

    const chunked = request(app).post('/v1/sessions').type('json');
    chunked.write('{}');
    const others = [
      request(app).post('/v1/sessions').send({ agent: 'tidy' }),
      chunked,
      request(app).get('/v1/sessions'),
      request(app).get('/v1/sessions/sesn_1'),
      request(app).delete('/v1/sessions/sesn_1'),
    ];
    for (const asked of others) expect((await asked).body).toEqual({ forwarded: true });
  });

  it('name each of their methods once', async () => {
    const { headers }: Reply = await request(testApp().app).put('/v1/sessions/session_1');
    expect(headers['allow']).toBe('GET, DELETE, POST');
  });

  it.each(['get', 'delete'] as const)('find no conversation that is not there: %s', async (method) => {
    const reply: Reply = await request(testApp().app)[method]('/v1/sessions/session_0');
    expect([reply.status, reply.body]).toMatchObject([404, { type: 'error', error: { type: 'not_found_error' } }]);
  });
});

describe('with the state file', () => {
  function service() {
    const { file, clock, path } = openState();
    const store = createConversationStore(new SqliteState(file), {
      keepMs: 60_000,
      maxPerCaller: 10,
      now: () => clock.now,
    });
    let ids = 0;
    const newId = () => String((ids += 1)).padStart(32, '0');
    const conversations = new Conversations({ store, keepMs: 60_000, maxBytes: 1024 ** 2, newId });
    const { app } = testApp(undefined, { conversations, tokenHashes: ['alice', 'bob'].map(hashToken) });
    return { app, path };
  }
  const as = (name: string) => ({ authorization: `Bearer ${name}` });

  it('a conversation is of the token alone that created it', async () => {
    const { app } = service();
    const { session_id: id } = (await request(app).post('/v1/sessions').set(as('alice'))).body as {
      session_id: string;
    };
    const ask = (name: string) =>
      request(app).post('/v1/chat/completions').set(as(name)).set('x-session-id', id).send(chat);
    expect((await ask('bob')).status).toBe(404);
    expect((await request(app).get(`/v1/sessions/${id}`).set(as('bob'))).status).toBe(404);
    expect((await request(app).delete(`/v1/sessions/${id}`).set(as('bob'))).status).toBe(404);
    expect((await ask('alice')).status).toBe(200);
    expect((await request(app).get(`/v1/sessions/${id}`).set(as('alice'))).body).toEqual({
      session_id: id,
      created_at: '2026-01-02T03:04:05.000Z',
      expires_at: '2026-01-02T03:05:05.000Z',
      messages: 2,
    });
  });

  it('that can not be used, requests that need it say why, and others are served', async () => {
    const { app, path } = service();
    const { session_id: id } = (await request(app).post('/v1/sessions').set(as('alice'))).body as {
      session_id: string;
    };
    await lockFile(path);
    const reply = await request(app).post('/v1/chat/completions').set(as('alice')).set('x-session-id', id).send(chat);
    expect([reply.status, reply.text]).toEqual([500, expect.stringContaining('another program holds a lock on it')]);
    expect((await request(app).post('/v1/chat/completions').set(as('alice')).send(chat)).status).toBe(200);
  });
});
