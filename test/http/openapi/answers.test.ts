import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { callBlock, outputBlock, redactedBlock, refusalBlock, textBlock, thinkingBlock } from '../../turn/scripted.ts';
import { answerWith, chat, end, failWith, start, statusOf, testApp, yielding, type Reply } from '../test-app.ts';
import { eventsIn, expectDescribed, operationOf, type Method } from './described.ts';
import { directBackend } from './direct-backend.ts';

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
  ])('%s is answered as described at %s, to everybody', async (path, url) => {
    for (const service of [app, locked, limited]) {
      const reply = (await request(service).get(url)) as Reply;
      expect(reply.status).toBe(service === limited && path === '/ready' ? 503 : 200);
      expectDescribed(operationOf('get', path), reply);
    }
  });

  it.each(['/metrics', '/openapi.json'])('%s is answered as described', async (path) => {
    const reply = (await request(locked).get(path).set('x-api-key', 'right')) as Reply;
    expect(reply.status).toBe(200);
    expectDescribed(operationOf('get', path), reply);
  });
});
