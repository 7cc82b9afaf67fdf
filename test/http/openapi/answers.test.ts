import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { AgentEventBody } from '../../../src/core/session-event.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../support/agents/profile.ts';
import { callBlock, outputBlock, redactedBlock, refusalBlock, textBlock, thinkingBlock } from '../../turn/scripted.ts';
import { answerWith, chat, end, failWith, start, statusOf, testApp, yielding, type Reply } from '../test-app.ts';
import { eventsIn, expectDescribed, operationOf, type Method } from './described.ts';
import { directBackend } from './direct-backend.ts';
import { linkedApp, pathOf } from '../linked-app.ts';

const calls = [...callBlock('toolu_1', 'weather', '{"city":', '"Oslo"}'), ...callBlock('toolu_2', 'clock')];
const citation: TurnEvent = { type: 'citation', id: 0, citation: { type: 'char_location', cited_text: 'Oslo' } };
const cited: TurnEvent[] = [
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'text', id: 0, text: 'Oslo' },
  citation,
  { type: 'block_stop', id: 0 },
];
const searched: TurnEvent[] = [
  {
    type: 'block_start',
    id: 0,
    block: {
      type: 'opaque',
      block: { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'Oslo' } },
    },
  },
  { type: 'block_stop', id: 0 },
  { type: 'block_start', id: 1, block: { type: 'text' } },
  { type: 'text', id: 1, text: 'Oslo' },
  {
    type: 'citation',
    id: 1,
    citation: { type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: 'Oslo' },
  },
  { type: 'block_stop', id: 1 },
];
const stop = (stopReason: Extract<TurnEvent, { type: 'end' }>['stopReason'], stopSequence?: string): TurnEvent => ({
  ...end,
  stopReason,
  ...(stopSequence !== undefined && { stopSequence }),
});

/** What a turn may yield after its start. */
const turns: Readonly<Record<string, TurnEvent[]>> = {
  text: [...textBlock('Hello ', 'there'), end],
  'nothing at all': [end],
  thinking: [...thinkingBlock('Hm'), ...textBlock('Hello'), end],
  'hidden thinking and calls': [...redactedBlock('opaque'), ...textBlock('I look.'), ...calls, stop('tool_use')],
  'a citation': [...cited, end],
  'a search': [...searched, end],
  'an output': [...outputBlock('{"city":', '"Oslo"}'), end],
  'a refusal': [...textBlock('I'), stop('refusal')],
  'a refused output': [...refusalBlock('I would rather not.'), stop('refusal')],
  'a cut': [...callBlock('toolu_1', 'weather', '{"ci'), stop('max_tokens')],
  'a full context': [...textBlock('Hello'), stop('model_context_window_exceeded')],
  'a stop sequence': [...textBlock('Hello'), stop('stop_sequence', 'END')],
  'a warning': [{ type: 'warning', message: 'Not what was asked for.' }, ...textBlock('Hello'), end],
};

const weather = { name: 'weather', parameters: { type: 'object', properties: {} } };
const tools = [weather, { name: 'clock' }];
const schema = { type: 'object', properties: { city: { type: 'string' } } };
const response = { model: 'haiku', input: 'Hello' };

/** Requests whose answers differ in their shape. */
const requests = [
  ['/v1/chat/completions', chat],
  ['/v1/chat/completions', { ...chat, n: 2, stream_options: { include_usage: true }, seed: 1 }],
  ['/v1/chat/completions', { ...chat, functions: tools }],
  ['/v1/chat/completions', { ...chat, web_search_options: { search_context_size: 'low' } }],
  [
    '/v1/chat/completions',
    { ...chat, response_format: { type: 'json_schema', json_schema: { name: 'city', schema } } },
  ],
  ['/v1/completions', { model: 'haiku', prompt: ['One', 'Two'], stream_options: { include_usage: true } }],
  ['/v1/responses', response],
  [
    '/v1/responses',
    {
      ...response,
      metadata: { a: 'b' },
      instructions: 'Be kind.',
      max_output_tokens: 100,
      tools: [...tools.map((tool) => ({ type: 'function', ...tool })), { type: 'web_search' }],
      tool_choice: 'required',
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      text: { format: { type: 'json_schema', name: 'city', schema } },
      temperature: 0,
    },
  ],
  ['/v1/messages', { ...chat, max_tokens: 100 }],
  ['/v1/messages', { ...chat, max_tokens: 100, speed: 'fast' }],
] as const;

const ask = async (app: Express, path: string, body: object, base = ''): Promise<Reply> =>
  await request(app)
    .post(base + path)
    .send(body);

describe.each(requests)('%s, asked %j', (path, body) => {
  const operation = operationOf('post', path);

  it.each(Object.entries(turns))('answers %s as described, whole and streamed', async (_name, events) => {
    const { app } = testApp(yielding(start, ...events));
    const whole = await ask(app, path, body);
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expectDescribed(operation, whole);

    const stream = await ask(app, path, { ...body, stream: true });
    expect([stream.status, stream.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expectDescribed(operation, stream);
  });

  it('tells a failure amid a stream as described', async () => {
    const failure = new HarnessError('UPSTREAM_ERROR', 'It broke.');
    const stream = await ask(testApp(failWith(failure, 'Hel')).app, path, { ...body, stream: true });
    expect(stream.status).toBe(200);
    expect(eventsIn(stream.text)).toContainEqual(expect.objectContaining({ error: expect.any(Object) as object }));
    expectDescribed(operation, stream);
  });

  it.each(['/sdk', '/api'])('answers under %s as described', async (base) => {
    const runTurn = directBackend().runTurn;
    const { app } = testApp(runTurn, {
      direct: directBackend({
        async *runTurn(conversation, turn, signal) {
          turn.onStage?.({ name: 'admitted', backend: 'direct' });
          yield* runTurn(conversation, turn, signal);
        },
      }),
    });
    const reply = await ask(app, path, body, base);
    expect(reply.headers['x-claude-harness-backend']).toBe(base === '/api' ? 'direct' : undefined);
    expectDescribed(operation, reply);
  });
});

describe('responses that are kept', () => {
  const one = '/v1/responses/{id}';
  const idOf = ({ body }: Reply) => (body as { id: string }).id;
  const send = async (app: Express, method: Method, path: string, id: string, query = ''): Promise<Reply> => {
    const reply = (await request(app)[method](path.replace('{id}', id) + query)) as Reply;
    expect(reply.status).toBe(200);
    expectDescribed(operationOf(method, path), reply);
    return reply;
  };

  it('are shown, listed and deleted as described', async () => {
    const { app } = testApp(yielding(start, ...thinkingBlock('Hm'), ...textBlock('Hello'), end));
    const input = [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Well?' }] },
    ];
    const id = idOf(await ask(app, '/v1/responses', { ...response, input }));
    await send(app, 'get', one, id);
    const whole = await send(app, 'get', one, id, '?include[]=reasoning.encrypted_content');
    expect(whole.text).toContain('encrypted_content');
    const { body } = await send(app, 'get', `${one}/input_items`, id, '?limit=2&order=asc');
    expect(body).toMatchObject({ has_more: true });
    await send(app, 'delete', one, id);
  });

  it('are made in the background, followed and cancelled as described', async () => {
    const { app } = testApp(answerWith('Hello'));
    const background = { ...response, background: true };
    const begun = await ask(app, '/v1/responses', background);
    expect(begun.body).toMatchObject({ status: 'queued' });
    expectDescribed(operationOf('post', '/v1/responses'), begun);
    const id = idOf(begun);
    await vi.waitFor(async () => {
      expect((await send(app, 'get', one, id)).body).toMatchObject({ status: 'completed' });
    });
    await send(app, 'post', `${one}/cancel`, id);

    const stream = await ask(app, '/v1/responses', { ...background, stream: true });
    expectDescribed(operationOf('post', '/v1/responses'), stream);
    const [first] = eventsIn(stream.text) as [{ response: { id: string } }];
    await send(app, 'get', one, first.response.id, '?stream=true&starting_after=1');
  });

  it('are cancelled while they are made, or fail, as described', async () => {
    const background = { ...response, background: true };
    const waiting = testApp(async function* (_conversation, _turn, signal) {
      yield start;
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    });
    const id = idOf(await ask(waiting.app, '/v1/responses', background));
    expect((await send(waiting.app, 'post', `${one}/cancel`, id)).body).toMatchObject({ status: 'cancelled' });

    const { app } = testApp(failWith(new HarnessError('OVERLOADED', 'Busy.'), 'Hel'));
    const failing = idOf(await ask(app, '/v1/responses', background));
    await vi.waitFor(async () => {
      expect((await send(app, 'get', one, failing)).body).toMatchObject({ status: 'failed' });
    });
  });
});

/** One of each kind, with all that it may have. */
const agentEvents: AgentEventBody[] = [
  { type: 'session.status_running' },
  { type: 'span.model_request_start' },
  { type: 'agent.thinking' },
  { type: 'agent.message', content: [{ type: 'text', text: 'I look.' }], parent_tool_use_id: 'sevt_1' },
  { type: 'agent.tool_use', name: 'bash', input: { command: 'ls' }, evaluated_permission: 'ask' },
  { type: 'agent.tool_result', tool_use_id: 'sevt_1', content: [{ type: 'text', text: 'a' }], is_error: false },
  { type: 'agent.mcp_tool_use', mcp_server_name: 'home', name: 'lamp', input: {}, evaluated_permission: 'deny' },
  { type: 'agent.mcp_tool_result', mcp_tool_use_id: 'sevt_2', content: [], is_error: true },
  { type: 'agent.custom_tool_use', name: 'weather', input: { city: 'Oslo' } },
  {
    type: 'span.model_request_end',
    model_request_start_id: 'sevt_1',
    model_usage: {
      input_tokens: 1,
      output_tokens: 2,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 4,
    },
    is_error: false,
  },
  { type: 'agent.thread_context_compacted' },
  { type: 'session.updated', title: null, metadata: { a: 'b' } },
  {
    type: 'session.error',
    error: {
      type: 'billing_error',
      message: 'Later.',
      retry_status: { type: 'exhausted' },
      code: 'PLAN_LIMIT_REACHED',
    },
  },
  {
    type: 'session.status_idle',
    stop_reason: { type: 'requires_action', event_ids: ['sevt_1'] },
    stop_details: null,
  },
  { type: 'session.status_idle', stop_reason: { type: 'refusal' }, stop_details: { type: 'refusal' } },
  { type: 'session.status_terminated' },
];

describe('agents and their sessions', () => {
  const service = () => {
    const sessions = new FakeSessions(
      profileOf({
        system: { text: 'Be kind.', mode: 'append' },
        tools: ['bash', 'web_fetch', 'skill'],
        mcpServers: {
          home: { type: 'http', url: 'https://home.example/mcp', headers: {} },
          local: { type: 'stdio', command: 'serve', args: [], env: {} },
        },
      }),
      profileOf(),
    );
    return { sessions, ...testApp(undefined, { sessions }) };
  };
  const read = async (app: Express, path: string, id: string, query = ''): Promise<Reply> => {
    const reply = (await request(app).get(path.replace('{id}', id) + query)) as Reply;
    expect([path, reply.status]).toEqual([path, 200]);
    expectDescribed(operationOf('get', path), reply);
    return reply;
  };

  it.each(['/v1/agents', '/v1/agents/{id}', '/v1/agents/{id}/versions', '/v1/environments', '/v1/environments/{id}'])(
    '%s is answered as described',
    async (path) => {
      await read(service().app, path, 'tidy');
      if (!path.includes('{id}')) await read(testApp().app, path, '');
    },
  );

  it('sessions are created, shown, listed, changed, archived and deleted as described', async () => {
    const { app } = service();
    const customTool = { type: 'custom', name: 'a', description: 'A', input_schema: { type: 'object' } };
    const agent = { type: 'agent_with_overrides', id: 'tidy', tools: [customTool], system: null };
    const budget = { type: 'limit', max_list_cost: { amount: '250', currency: 'USD' } };
    const created = await ask(app, '/v1/sessions', { agent, title: 'Photos', metadata: { a: 'b' }, budget });
    expectDescribed(operationOf('post', '/v1/sessions'), created);
    const { id } = created.body as { id: string };
    await ask(app, '/v1/sessions', { agent: 'tidy' });

    await read(app, '/v1/sessions/{id}', id);
    await read(app, '/v1/sessions', id, '?limit=1');
    await read(app, '/v1/sessions/{id}/resources', id);
    for (const path of ['/v1/sessions/{id}', '/v1/sessions/{id}/archive']) {
      const reply = await ask(app, path.replace('{id}', id), {});
      expect(reply.status).toBe(200);
      expectDescribed(operationOf('post', path), reply);
    }
    const deleted = (await request(app).delete(`/v1/sessions/${id}`)) as Reply;
    expect(deleted.status).toBe(200);
    expectDescribed(operationOf('delete', '/v1/sessions/{id}'), deleted);
  });

  it('events are sent, listed and followed as described', async () => {
    const { app, sessions } = service();
    const { id } = await sessions.create(undefined, draftOf());
    const events = [
      { type: 'user.message', content: 'Hello' },
      { type: 'user.interrupt' },
      { type: 'user.tool_confirmation', tool_use_id: 'sevt_1', result: 'allow', updated_input: {}, for_session: true },
      { type: 'user.tool_confirmation', tool_use_id: 'sevt_2', result: 'deny', deny_message: 'No.' },
      { type: 'user.custom_tool_result', custom_tool_use_id: 'sevt_3', content: [], is_error: null },
      { type: 'system.message', content: [{ type: 'text', text: 'Hurry.' }] },
    ];
    const sent = await ask(app, `/v1/sessions/${id}/events`, { events });
    expect(sent.status).toBe(200);
    expectDescribed(operationOf('post', '/v1/sessions/{id}/events'), sent);
    const [first] = (sent.body as { data: { id: string }[] }).data;
    for (const event of agentEvents) sessions.say(id, event);
    const { body } = await read(app, '/v1/sessions/{id}/events', id, '?limit=100');
    expect(body).toMatchObject({ data: { length: events.length + agentEvents.length } });

    const stream = read(
      app,
      '/v1/sessions/{id}/events/stream',
      id,
      `?after=${first?.id ?? ''}&event_deltas=agent.message`,
    );
    await expect.poll(() => sessions.watcherCount(id)).toBe(1);
    sessions.preview(id, { type: 'event_start', event: { type: 'agent.message', id: 'sevt_9' } });
    sessions.preview(id, {
      type: 'event_delta',
      event_id: 'sevt_9',
      delta: { type: 'content_delta', index: 0, content: { type: 'text', text: 'Hel' } },
    });
    await sessions.delete(undefined, id);
    expect(eventsIn((await stream).text)).toHaveLength(events.length - 1 + agentEvents.length + 3);
  });
});

describe('stored conversations', () => {
  it('are created, shown, continued and deleted as described', async () => {
    const { app } = testApp();
    const created = (await request(app).post('/v1/sessions')) as Reply;
    expectDescribed(operationOf('post', '/v1/sessions'), created);
    const { session_id: id } = created.body as { session_id: string };
    const answer = (await request(app).post('/v1/chat/completions').set('x-session-id', id).send(chat)) as Reply;
    expect([answer.status, answer.headers['x-session-id']]).toEqual([200, id]);
    expectDescribed(operationOf('post', '/v1/chat/completions'), answer);
    const shown = (await request(app).get(`/v1/sessions/${id}`)) as Reply;
    expectDescribed(operationOf('get', '/v1/sessions/{id}'), shown);
    const deleted = (await request(app).delete(`/v1/sessions/${id}`)) as Reply;
    expect([created.status, shown.status, deleted.status]).toEqual([200, 200, 200]);
    expectDescribed(operationOf('delete', '/v1/sessions/{id}'), deleted);
  });
});

describe('requests for permission', () => {
  it('are shown, answered and followed as described', async () => {
    const sessions = new FakeSessions(profileOf());
    sessions.askTimeoutMs = 60_000;
    const { app, watching } = testApp(undefined, { sessions, permissionPingMs: 10 });
    const { id } = await sessions.create(undefined, draftOf());
    const ask = { evaluated_permission: 'ask', input: { command: 'ls', timeout: 5 } } as const;
    const first = sessions.say(id, { type: 'agent.tool_use', name: 'bash', ...ask });
    sessions.say(id, { type: 'agent.mcp_tool_use', mcp_server_name: 'home', name: 'lamp', ...ask });
    const stream = request(app).get('/permissions/stream').then();
    await expect.poll(() => sessions.questions.followerCount).toBe(1);
    const shown = (await request(app).get(`/permissions/${first.id}`)) as Reply;
    expect(shown.status).toBe(200);
    expectDescribed(operationOf('get', '/permissions/{id}'), shown);
    const answer = (await request(app).post(`/permissions/${first.id}/respond`).send({ allowed: true })) as Reply;
    expect(answer.status).toBe(200);
    expectDescribed(operationOf('post', '/permissions/{id}/respond'), answer);
    await sessions.delete(undefined, id);
    watching.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    const reply = (await stream) as Reply;
    expectDescribed(operationOf('get', '/permissions/stream'), reply);
    const types = eventsIn(reply.text).map((event) => (event as { type?: string }).type);
    expect(types.filter((type) => type !== undefined)).toEqual([
      ...['permission_request', 'permission_request', 'permission_resolved', 'permission_expired'],
    ]);
  });
});

describe('links to questions', () => {
  it.each(['application/json', 'text/html'])(
    'are shown and decided as described, for who accepts %s',
    async (accept) => {
      const { app, sessions, links } = linkedApp();
      const { id } = await sessions.create(undefined, draftOf());
      const asked = sessions.say(id, {
        ...{ type: 'agent.tool_use', name: 'bash', evaluated_permission: 'ask', input: { command: 'ls' } },
      } as const);
      const path = pathOf((await links.to(await sessions.question(undefined, asked.id))).allow);
      const shown = (await request(app).get(path).set({ accept })) as Reply;
      expect(shown.status).toBe(200);
      expectDescribed(operationOf('get', '/permissions/{id}/decide'), shown);
      const decided = (await request(app).post(path).set({ accept })) as Reply;
      expect([decided.status, decided.headers['content-type']?.split(';')[0]]).toEqual([200, accept]);
      expectDescribed(operationOf('post', '/permissions/{id}/decide'), decided);
    },
  );
});

describe('queries', () => {
  it('are answered, cancelled and limited as described', async () => {
    const sessions = new FakeSessions(profileOf());
    const { app } = testApp(undefined, { sessions });
    const stream = ask(app, '/query', { prompt: 'Hello' }).then();
    await expect.poll(() => sessions.sent).toHaveLength(1);
    const { data } = await sessions.list(undefined, { limit: 1, order: 'desc', created: {}, includeArchived: false });
    const id = data[0]?.id ?? '';
    for (const event of agentEvents.slice(0, 12)) sessions.say(id, event);
    const cancelled = (await request(app).delete(`/query/${id}`)) as Reply;
    expect(cancelled.status).toBe(200);
    expectDescribed(operationOf('delete', '/query/{id}'), cancelled);
    sessions.say(id, { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null });
    const reply = await stream;
    expectDescribed(operationOf('post', '/query'), reply);
    expect(new Set([...reply.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name))).toEqual(
      new Set(['system_message', 'stream_event', 'assistant_message', 'user_message', 'result_message', 'error']),
    );
    const capabilities = (await request(app).get('/capabilities')) as Reply;
    expect(capabilities.status).toBe(200);
    expectDescribed(operationOf('get', '/capabilities'), capabilities);
  });
});

describe('what costs no model call', () => {
  const models = statusOf({
    models: () =>
      Promise.resolve([
        {
          id: 'haiku',
          efforts: ['low'],
          resolved: 'claude-haiku',
          displayName: 'Haiku',
          contextWindow: 200_000,
          maxOutputTokens: 64_000,
        },
        { id: 'a/b', efforts: [] },
      ]),
    countTokens: () => Promise.resolve({ inputTokens: 42, estimated: 'Tools are an estimate.' }),
  });
  const { app } = testApp(undefined, { status: models, direct: directBackend() });
  const locked = testApp(undefined, { direct: directBackend(), tokenHashes: [hashToken('right')] }).app;
  const waiting = { ready: false, reason: 'rate_limited', message: 'Wait.', resetsAt: 1e12 } as const;
  const limited = testApp(undefined, {
    status: statusOf({ readiness: () => waiting }),
    direct: directBackend({ readiness: () => ({ ready: true, notice: 'Make a new token.' }) }),
  }).app;

  it.each([
    ['/v1/models', ['/v1/models', '/sdk/v1/models?limit=1', '/api/v1/models']],
    ['/models', ['/sdk/models', '/api/models']],
    ['/v1/model/info', ['/v1/model/info', '/sdk/v1/model/info', '/api/v1/model/info']],
    ['/v1/models/{id}', ['/v1/models/haiku', '/sdk/v1/models/a/b', '/api/v1/models/haiku']],
  ])('%s is answered as described, in both shapes', async (path, urls) => {
    for (const url of urls) {
      for (const headers of [{}, { 'anthropic-version': '2023-06-01' }]) {
        const reply = (await request(app).get(url).set(headers)) as Reply;
        expect(reply.status).toBe(200);
        expectDescribed(operationOf('get', path), reply);
      }
    }
  });

  it('a count is answered as described', async () => {
    const reply = await ask(app, '/v1/messages/count_tokens', chat);
    expect(reply.headers).toHaveProperty('x-claude-harness-warning');
    expectDescribed(operationOf('post', '/v1/messages/count_tokens'), reply);
  });

  it.each([
    ['/health', '/health'],
    ['/health', '/sdk/health'],
    ['/ready', '/ready'],
    ['/sdk/status', '/sdk/status'],
    ['/api/status', '/api/status'],
    ['/docs', '/docs'],
    ['/redoc', '/redoc'],
    ['/dashboard', '/dashboard'],
    ['/dashboard/session', '/dashboard/session'],
    ['/', '/'],
  ])('%s is answered as described at %s, to everybody', async (path, url) => {
    for (const service of [app, locked, limited]) {
      const reply = (await request(service).get(url)) as Reply;
      expect(reply.status).toBe(service === limited && path === '/ready' ? 503 : 200);
      expectDescribed(operationOf('get', path), reply);
    }
  });

  it('a browser is led to the page as described, and the cookie is removed as described', async () => {
    const led = (await request(locked).get('/').set('accept', 'text/html,*/*;q=0.8')) as Reply;
    expect([led.status, led.headers['location']]).toEqual([302, 'dashboard']);
    expectDescribed(operationOf('get', '/'), led);
    const removed = (await request(locked).delete('/dashboard/session')) as Reply;
    expect(removed.status).toBe(200);
    expectDescribed(operationOf('delete', '/dashboard/session'), removed);
  });

  it.each(['/metrics', '/openapi.json'])('%s is answered as described', async (path) => {
    const reply = (await request(locked).get(path).set('x-api-key', 'right')) as Reply;
    expect(reply.status).toBe(200);
    expectDescribed(operationOf('get', path), reply);
  });
});
