import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import {
  answerWith,
  chat,
  end,
  eventsOf,
  failWith,
  restart,
  start,
  statusOf,
  testApp,
  yielding,
  type Reply,
} from '../test-app.ts';

const body = { ...chat, max_tokens: 100 };
const post = async (
  runTurn?: RunTurn,
  fields: object = {},
  changes: object = {},
  path = '/v1/messages',
): Promise<Reply> =>
  request(testApp(runTurn, changes).app)
    .post(path)
    .send({ ...body, ...fields });

describe.each(['/v1/messages', '/sdk/v1/messages'])('POST %s', (path) => {
  it('answers whole', async () => {
    const { status, headers, body: message } = await post(answerWith('Hel', 'lo'), {}, {}, path);
    expect(status).toBe(200);
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{32}$/) as string,
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [{ type: 'text', text: 'Hello' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 3,
        cache_read_input_tokens: 5,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 2 },
      },
    });
    expect(headers['request-id']).toBe(headers['x-request-id']);
    expect(headers['request-id']).toMatch(/^req_/);
  });

  it('streams events with their names, and nothing after the last', async () => {
    const { headers, text } = await post(answerWith('Hi'), { stream: true }, {}, path);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const frames = text.split('\n\n');
    expect(frames.pop()).toBe('');
    const events = frames.map((frame) => /^event: (\w+)\ndata: (\{.*\})$/.exec(frame)?.slice(1) ?? []);
    const names = events.map(([name]) => name);
    expect(names).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events.map(([, data = '']) => (JSON.parse(data) as { type: string }).type)).toEqual(names);
  });
});

describe('POST /v1/messages', () => {
  it('hands the turn what the request asks for', async () => {
    let seen: TurnOptions | undefined;
    const runTurn: RunTurn = (conversation, options, signal) => {
      seen = options;
      return answerWith('Hi')(conversation, options, signal);
    };
    await post(runTurn, { stop_sequences: ['END'], thinking: { type: 'disabled' } });
    expect(seen).toMatchObject({
      model: 'haiku',
      maxTokens: 100,
      stopSequences: ['END'],
      effort: 'none',
      buffered: true,
    });
  });

  it('names the fields that it goes without, or refuses them', async () => {
    const { headers } = await post(undefined, { service_tier: 'auto', inference_geo: 'eu', betas: ['a'] });
    expect(headers['x-claude-harness-ignored']).toBe('betas');
    const refused = await post(undefined, { betas: ['a'] }, { unsupportedParams: 'reject' });
    expect([refused.status, refused.body]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
  });

  it('pings while the model is silent', async () => {
    const slow: RunTurn = async function* () {
      yield start;
      await new Promise((resolve) => setTimeout(resolve, 120));
      yield* eventsOf(['Hi']).slice(1);
    };
    const { text } = await post(slow, { stream: true }, { silenceMs: 25 });
    expect(text.match(/event: ping\ndata: \{"type":"ping"\}\n\n/g)?.length).toBeGreaterThan(2);
    expect(text).not.toContain(': ping\n\n:');
    expect(text).toMatch(/event: message_stop\n.*\n\n$/);
  });

  it('ends a stream that fails with an event', async () => {
    const error = new HarnessError('OVERLOADED', 'Later.');
    const { status, headers, text } = await post(failWith(error, 'Hel'), { stream: true });
    expect(status).toBe(200);
    const data = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Later.', details: { error_code: 'overloaded' } },
      request_id: headers['request-id'],
    };
    expect(text.endsWith(`event: error\ndata: ${JSON.stringify(data)}\n\n`)).toBe(true);
  });

  it('tells of an answer that begins again after a part of it went out', async () => {
    const events = eventsOf(['Hel']).slice(0, -2);
    const restarted = yielding(...events, restart, ...eventsOf(['Hello']).slice(1), end);
    const streamed = await post(restarted, { stream: true });
    expect(streamed.text).toMatch(/event: error\ndata: .*"error_code":"answer_restarted".*\n\n$/);
    const whole = await post(yielding(...events, restart, ...eventsOf(['Hello']).slice(1)));
    expect(whole.body).toMatchObject({ content: [{ text: 'Hello' }] });
  });

  it('shows no thinking where the configuration hides it', async () => {
    const thoughtful = yielding(
      start,
      { type: 'block_start', id: 0, block: { type: 'thinking' } },
      { type: 'thinking', id: 0, text: 'Hm.' },
      { type: 'signature', id: 0, signature: 'c2ln' },
      { type: 'block_stop', id: 0 },
      ...eventsOf(['Hi']).slice(1),
    );
    const { body: shown } = await post(thoughtful);
    expect(shown).toMatchObject({
      content: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }, { type: 'text' }],
    });
    const { body: hidden } = await post(thoughtful, {}, { showReasoning: false });
    expect(hidden).toMatchObject({ content: [{ type: 'text', text: 'Hi' }] });
  });
});

describe('a failure before the answer', () => {
  const token = 'ch_made_up';
  const version = { 'anthropic-version': '2023-06-01' };
  const send = (path: string, headers: Record<string, string> = {}, changes: object = {}) =>
    request(testApp(undefined, changes).app)
      .post(path)
      .set({ 'content-type': 'application/json', ...headers });
  const expectError = (
    reply: { status: number; body: unknown; headers: Reply['headers'] },
    status: number,
    type: string,
  ) => {
    expect([reply.status, reply.body]).toMatchObject([
      status,
      { type: 'error', error: { type }, request_id: reply.headers['request-id'] },
    ]);
  };

  it.each([
    ['/v1/messages', {}],
    ['/sdk/v1/messages', {}],
    ['/v1/messages/count_tokens', {}],
  ])('has Anthropic’s envelope at %s', async (path) => {
    expectError(await send(path).send('{}'), 400, 'invalid_request_error');
    expectError(await send(path).send('{'), 400, 'invalid_request_error');
    expectError(await send(path, { 'content-type': 'text/plain' }).send('x'), 415, 'invalid_request_error');
    expectError(await send(path, { host: 'evil.example' }).send('{}'), 403, 'permission_error');
    expectError(await send(path, {}, { bodyLimitBytes: 5 }).send('{"a": 1}'), 413, 'request_too_large');
    const secured = { tokenHashes: [hashToken(token)] };
    expectError(await send(path, {}, secured).send('{}'), 401, 'authentication_error');
    expectError(await send(path, { 'x-api-key': token }, secured).send('{}'), 400, 'invalid_request_error');
    expectError(
      await send(path, { authorization: `Bearer ${token}` }, secured).send('{}'),
      400,
      'invalid_request_error',
    );
    expectError(await request(testApp().app).get(path), 405, 'invalid_request_error');
  });

  it('has the envelope of the API that the client speaks where both have the path, or none', async () => {
    const { app } = testApp();
    expectError(await request(app).get('/v1/models/none').set(version), 404, 'not_found_error');
    expect((await request(app).get('/v1/models/none')).body).toMatchObject({ error: { code: 'model_not_found' } });
    expectError(await request(app).post('/v1/complete').set(version), 404, 'not_found_error');
    expectError(await request(app).get('/v1/messages/elsewhere'), 404, 'not_found_error');
    expect((await request(app).get('/v1/chats')).body).toMatchObject({ error: { code: 'unknown_url' } });
    const chatReply = await request(app).post('/v1/chat/completions').set(version).send({});
    expect(chatReply.body).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it('keeps its status and advice', async () => {
    const limited = new HarnessError('PLAN_LIMIT_REACHED', 'Used up.', { resetsAt: Date.now() + 60_000 });
    const reply = await post(failWith(limited), { stream: true });
    expectError(reply, 429, 'rate_limit_error');
    expect(reply.headers['x-should-retry']).toBe('false');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(50);
    expectError(await post(failWith(new HarnessError('OVERLOADED', 'Later.'))), 529, 'overloaded_error');
    expectError(await post(failWith(new Error('unforeseen'))), 500, 'api_error');
  });
});

describe('POST /v1/messages/count_tokens', () => {
  const count = async (changes: object, fields: object = {}): Promise<Reply> =>
    request(testApp(undefined, { status: statusOf(changes) }).app)
      .post('/v1/messages/count_tokens')
      .send({ ...chat, ...fields });

  it('gives the count, and says what of it is estimated', async () => {
    const exact = await count({});
    expect([exact.status, exact.body]).toEqual([200, { input_tokens: 42 }]);
    expect(exact.headers['x-claude-harness-warning']).toBeUndefined();
    const rough = await count({ countTokens: () => Promise.resolve({ inputTokens: 7, estimated: 'About.' }) });
    expect(rough.headers['x-claude-harness-warning']).toBe('About.');
  });

  it('fails as answers do', async () => {
    const failing = { countTokens: () => Promise.reject(new HarnessError('NOT_LOGGED_IN', 'Log in.')) };
    const { status, body: reply } = await count(failing);
    expect([status, reply]).toMatchObject([503, { error: { type: 'api_error', message: 'Log in.' } }]);
  });
});

describe('GET /v1/models', () => {
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    request(testApp().app).get(path).set(headers);
  const version = { 'anthropic-version': '2023-06-01' };

  it('answers clients of Anthropic in their shape, and others in OpenAI’s', async () => {
    const { body: list } = await get('/v1/models', version);
    expect(list).toMatchObject({
      data: [{ type: 'model', id: 'haiku', display_name: 'haiku' }, { id: 'a/b' }],
      has_more: false,
      first_id: 'haiku',
      last_id: 'a/b',
    });
    expect((await get('/v1/models')).body).toMatchObject({ object: 'list' });
    expect((await get('/v1/models?limit=1', version)).body).toMatchObject({ has_more: true, last_id: 'haiku' });
  });

  it('answers for one model', async () => {
    expect((await get('/v1/models/a/b', version)).body).toMatchObject({ type: 'model', id: 'a/b' });
    expect((await get('/v1/models/a/b')).body).toMatchObject({ object: 'model', id: 'a/b' });
  });
});
