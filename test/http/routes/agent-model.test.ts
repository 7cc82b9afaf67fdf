import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { ClientEvent } from '../../../src/core/session-event.ts';
import type { Caller } from '../../../src/core/sessions.ts';
import { AgentChats } from '../../../src/feature/agent-chats/agent-chats.ts';
import { AgentModels } from '../../../src/feature/agent-chats/agent-models.ts';
import { forwardTo } from '../../../src/http/forward.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { profileOf } from '../../support/agents/profile.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { answerWith, testApp, type Reply, type TestChanges } from '../test-app.ts';

const profile = profileOf({ tokens: [hashToken('trusted')] });
const tokenHashes = [hashToken('trusted'), hashToken('other')];
const chat = { model: 'sonnet:tidy', messages: [{ role: 'user', content: 'Hi' }] };

/** Agents that answer whatever they are told with the same words. */
class AnsweringSessions extends FakeSessions {
  override async send(caller: Caller, id: string, events: readonly ClientEvent[]) {
    const accepted = await super.send(caller, id, events);
    this.say(id, { type: 'agent.message', content: [{ type: 'text', text: 'From the agent.' }] });
    this.say(id, { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null });
    return accepted;
  }
}

function appOf(changes: TestChanges = {}, ...others: AgentProfile[]) {
  const sessions = new AnsweringSessions(profile, ...others);
  const agentChats = new AgentChats({
    sessions,
    store: {
      take: () => Promise.resolve(undefined),
      find: () => Promise.resolve(undefined),
      save: () => Promise.resolve(),
    },
    resolveModel: (name) => name,
    settings: { unsupportedParams: 'ignore' },
    log: memoryLog(),
  });
  const agentModels = new AgentModels({ profiles: [profile], aliases: () => ({}) });
  const { app } = testApp(answerWith('From a model.'), { agentModels, agentChats, sessions, tokenHashes, ...changes });
  return { app, sessions };
}

const ask = (app: Parameters<typeof request>[0], token: string, body: object = chat) =>
  request(app).post('/v1/chat/completions').set('authorization', `Bearer ${token}`).send(body);

it('lets those use an agent by its name as a model who may use it', async () => {
  const { app } = appOf();
  const reply = (await ask(app, 'trusted')) as Reply;
  expect(reply.body).toMatchObject({ model: 'sonnet:tidy', choices: [{ message: { content: 'From the agent.' } }] });
  expect(reply.headers['x-session-id']).toMatch(/^sesn_/);
});

it('knows no such model for another token, in any dialect', async () => {
  const { app, sessions } = appOf();
  const other = (path: string, body: object) => request(app).post(path).set('x-api-key', 'other').send(body);
  const replies = (await Promise.all([
    other('/v1/chat/completions', chat),
    other('/v1/messages', { ...chat, max_tokens: 10 }),
    other('/v1/responses', { model: chat.model, input: 'Hi' }),
    other('/v1/completions', { model: chat.model, prompt: 'Hi' }),
  ])) as Reply[];
  expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(replies[0]?.body).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
  expect(sessions.drafts).toEqual([]);
});

it('lists an agent for those alone who may use it', async () => {
  const { app } = appOf();
  const list = async (token: string) => {
    const { body } = (await request(app).get('/v1/models').set('x-api-key', token)) as Reply;
    return (body as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  expect(await list('trusted')).toEqual(['haiku', 'a/b', 'sonnet:tidy']);
  expect(await list('other')).toEqual(['haiku', 'a/b']);
  const show = (token: string) => request(app).get('/v1/models/sonnet:tidy').set('x-api-key', token);
  expect((await show('trusted')).status).toBe(200);
  expect((await show('other')).status).toBe(404);
});

it('refuses pages of the web that ask for an agent, and no others', async () => {
  const { app, sessions } = appOf({ corsOrigins: ['https://chat.example'] });
  const from = (origin: string, body = chat) => ask(app, 'trusted', body).set('origin', origin);
  expect((await from('https://evil.example')).status).toBe(403);
  expect(sessions.drafts).toEqual([]);
  expect((await from('https://chat.example')).status).toBe(200);
  expect((await from('https://evil.example', { ...chat, model: 'haiku' })).status).toBe(200);
});

describe('in a stored conversation', () => {
  const inConversation = async () => {
    const { app, sessions } = appOf();
    const post = (path: string) => request(app).post(path).set('authorization', 'Bearer trusted');
    const { session_id: id } = ((await post('/v1/sessions')) as Reply).body as { session_id: string };
    const say = async (body: object) =>
      (await post('/v1/chat/completions').set('x-session-id', id).send(body)) as Reply;
    return { id, sessions, say };
  };

  it('an agent knows what was said before, whatever model has answered then', async () => {
    const { id, sessions, say } = await inConversation();
    expect((await say({ ...chat, model: 'haiku' })).status).toBe(200);
    const { headers } = await say({ ...chat, messages: [{ role: 'user', content: 'And?' }] });
    expect(headers['x-session-id']).toBe(id);
    expect(sessions.drafts[0]?.history).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'From a model.' }] },
    ]);
  });

  it('a request that an agent refuses leaves the conversation to the next one', async () => {
    const { say } = await inConversation();
    expect((await say({ ...chat, mcp_servers: [] })).status).toBe(400);
    expect((await say(chat)).status).toBe(200);
  });
});

it('lets an agent that was created be asked for by its id, and does not list it', async () => {
  const id = `agent_${'0'.repeat(32)}`;
  const { app, sessions } = appOf({}, { ...profile, name: id });
  const model = `sonnet:${id}`;
  expect(((await ask(app, 'trusted', { ...chat, model })) as Reply).body).toMatchObject({ model });
  expect(sessions.drafts).toMatchObject([{ agent: id }]);
  const unknown = `sonnet:agent_${'1'.repeat(32)}`;
  for (const [token, name] of [
    ['other', model],
    ['trusted', unknown],
  ] as const) {
    const { status, body } = (await ask(app, token, { ...chat, model: name })) as Reply;
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code: 'model_not_found' } });
  }
  const { body } = (await request(app).get('/v1/models').set('x-api-key', 'trusted')) as Reply;
  expect((body as { data: { id: string }[] }).data.map((one) => one.id)).toEqual(['haiku', 'a/b', 'sonnet:tidy']);
});

it('leaves names that the configuration has for models to those', async () => {
  const { app } = appOf({
    agentModels: new AgentModels({ profiles: [profile], aliases: () => ({ 'sonnet:tidy': 'haiku' }) }),
  });
  const { body } = (await ask(app, 'other')) as Reply;
  expect(body).toMatchObject({ choices: [{ message: { content: 'From a model.' } }] });
});

it('says so where agents are configured and run nowhere', async () => {
  const agentModels = new AgentModels({ profiles: [profile], aliases: () => ({}) });
  const { app } = testApp(answerWith('From a model.'), { agentModels, tokenHashes });
  const { status, body } = (await ask(app, 'trusted')) as Reply;
  expect(status).toBe(503);
  expect(body).toMatchObject({ error: { code: 'agent_unavailable' } });
});

it('passes the bytes of a request for an agent on to the service that runs them, and of no other', async () => {
  const { socketPath, seen } = await listening();
  const agentModels = new AgentModels({ profiles: [profile], aliases: () => ({}) });
  const { app } = testApp(answerWith('From a model.'), {
    agentModels,
    tokenHashes,
    forwardAgents: forwardTo(socketPath),
  });
  // Neither the blanks, nor the number's form, nor the key that is there twice survive a parser.
  const body =
    '{ "model": "x", "model":"sonnet:tidy",  "seed": 1.00, "messages": [{"role":"user","content":"H\\u00e9é"}] }';
  const send = (text: string | Buffer, headers: Record<string, string> = {}) =>
    request(app)
      .post('/v1/chat/completions')
      .set({ authorization: 'Bearer trusted', 'content-type': 'application/json', ...headers })
      .send(text);
  expect((await send(body)).text).toBe('data: told\n\n');
  expect(seen).toEqual([body]);
  const zipped = gzipSync(body);
  await request(app)
    .post('/v1/chat/completions')
    .set({ authorization: 'Bearer trusted', 'content-type': 'application/json', 'content-encoding': 'gzip' })
    .serialize((sent: unknown) => sent as string)
    .send(zipped);
  expect(seen).toEqual([body, body]);
  const { body: answer } = (await send(JSON.stringify({ ...chat, model: 'haiku' }))) as Reply;
  expect(answer).toMatchObject({ choices: [{ message: { content: 'From a model.' } }] });
  expect((await send(body, { authorization: 'Bearer other' })).status).toBe(404);
  expect(seen).toHaveLength(2);
});

/** Stands for the service behind the socket. */
async function listening(): Promise<{ socketPath: string; seen: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-model-'));
  const socketPath = join(folder, 'socket');
  const seen: string[] = [];
  const server: Server = createServer((req, res) => {
    let text = '';
    req.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    req.on('end', () => {
      seen.push(text);
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.end('data: told\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { socketPath, seen };
}
