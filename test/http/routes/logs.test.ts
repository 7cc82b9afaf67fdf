import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { listPrices } from '../../../src/core/list-prices.ts';
import { createPriceOf } from '../../../src/core/prices.ts';
import { AccessLog } from '../../../src/feature/access/access-log.ts';
import { createAccessStore } from '../../../src/feature/access/access-store.ts';
import { createUsageReader } from '../../../src/feature/access/usage-reader.ts';
import type { WireLogPage, WireUsageReport } from '../../../src/http/routes/logs/log-schema.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { memoryAccess } from '../../support/memory-access.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { openState } from '../../state/open-state.ts';
import { callBlock, textBlock } from '../../turn/scripted.ts';
import { eventsIn, expectDescribed, operationOf } from '../openapi/described.ts';
import { chat, end, failWith, listen, start, testApp, yielding, type Reply, type TestChanges } from '../test-app.ts';

const answering = yielding(start, ...textBlock('secret words'), ...callBlock('toolu_1', 'weather'), end);

/** An app whose requests are kept in a state file. */
function service(runTurn = answering, changes: TestChanges = {}) {
  const { file, log } = openState();
  const keepMs = 90 * 86_400_000;
  const store = createAccessStore(file, { keepMs, maxRows: 1000, now: Date.now });
  const accessLog = new AccessLog({ store, priceOf: createPriceOf(listPrices), isKept: true, log });
  const usage = createUsageReader(store);
  return testApp(runTurn, { access: { store, log: accessLog, usage, keepMs, maxRows: 1000 }, ...changes });
}

const ask = (app: Express, headers: Record<string, string> = {}, body: object = chat) =>
  request(app).post('/v1/chat/completions').set(headers).send(body);

async function read(app: Express, path: string, query = ''): Promise<Reply> {
  const reply = (await request(app).get(path + query)) as Reply;
  expect([path + query, reply.status]).toEqual([path + query, 200]);
  expectDescribed(operationOf('get', path), reply);
  return reply;
}

const results = async (app: Express, query = '') =>
  ((await read(app, '/logs/query', query)).body as WireLogPage).results;

describe('what was asked', () => {
  it('is kept with who asked and what it took, and without a word of it', async () => {
    const { app } = service();
    await ask(app, { 'x-user-id': 'ada', 'user-agent': 'toaster/1', 'x-session-id': 's1' }, { ...chat, user: 'other' });
    const { text, body } = await read(app, '/logs/query');
    expect(body).toMatchObject({
      count: 1,
      has_more: false,
      next_cursor: null,
      results: [
        {
          client: 'ada',
          user_agent: 'toaster/1',
          client_ip: '127.0.0.1',
          session: 's1',
          endpoint: '/v1/chat/completions',
          model: 'haiku',
          served_model: 'claude-haiku-4-5',
          streaming: false,
          status_code: 200,
          error_code: null,
          finish_reason: 'end_turn',
          tokens_input: 10,
          tokens_output: 7,
          cache_read_tokens: 5,
          cache_write_5m_tokens: 3,
          tokens_thinking: 2,
          tool_calls: 1,
          cost_usd: (10 * 1 + 7 * 5 + 5 * 0.1 + 3 * 1.25) / 1e6,
          cache: null,
        },
      ],
    });
    expect(text).not.toMatch(/secret|Hello/);
  });

  it('is kept when it failed', async () => {
    const { app } = service(failWith(new HarnessError('QUEUE_FULL', 'Later.')));
    await ask(app);
    expect(await results(app, '?error=queue_full&status=4xx')).toMatchObject([
      { status_code: 429, error_code: 'QUEUE_FULL', cost_usd: null, served_model: null },
    ]);
    expect(await results(app, '?status=5xx')).toEqual([]);
  });

  it('is read page by page', async () => {
    const { app } = service();
    for (const name of ['a', 'b', 'c']) await ask(app, { 'x-source': name });
    const first = (await read(app, '/logs/query', '?limit=2&order=asc')).body as WireLogPage;
    expect(first).toMatchObject({ has_more: true, results: [{ client: 'a' }, { client: 'b' }] });
    const rest = await read(app, '/logs/query', `?limit=2&order=asc&cursor=${first.next_cursor ?? ''}`);
    expect(rest.body).toMatchObject({ has_more: false, results: [{ client: 'c' }], cursor: first.next_cursor });
  });

  it('is given as a table too, in which nothing becomes a formula', async () => {
    const { app } = service();
    await ask(app, { 'x-source': '=1+1,"x"' });
    const csv = (await request(app).get('/logs/query?format=csv')) as Reply;
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [names = '', line = '', ...rest] = csv.text.split('\r\n');
    expect(rest).toEqual(['']);
    expect(names).toMatch(/^request_id,timestamp,client,/);
    expect(line).toContain(`,"'=1+1,""x""",`);
    const lines = (await request(app).get('/logs/query?format=jsonl')) as Reply;
    expect(lines.headers['content-type']).toMatch(/^application\/x-ndjson/);
    expect(JSON.parse(lines.text)).toMatchObject({ client: '=1+1,"x"' });
  });

  it.each([
    ['limit=0', 'limit: expected a whole number from 1 to 5000.'],
    ['status=6xx', 'status: expected a status such as 429, or a class of them such as 5xx.'],
    ['start_time=yesterday', 'start_time: expected a time such as'],
    ['end_time=99999999999999', 'end_time: expected a time such as'],
    ['cursor=x', 'cursor: expected the next_cursor of the answer before.'],
    ['order=up', 'order: expected one of asc, desc.'],
    ['client=a&client=b', 'client: expected one value.'],
  ])('a query for %s is refused', async (query, message) => {
    const reply = await request(service().app).get(`/logs/query?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ error: { message: expect.stringContaining(message) as string } });
  });

  it('is told to who watches as it finishes', async () => {
    const { app, watching } = service();
    const { url, close } = await listen(app);
    const stream = await fetch(`${url}/logs/stream`);
    await ask(app);
    watching.abortAll(new HarnessError('DRAINING', 'The harness is shutting down.'));
    const text = await stream.text();
    await close();
    const headers = Object.fromEntries(stream.headers);
    expectDescribed(operationOf('get', '/logs/stream'), { status: stream.status, headers, text, body: {} });
    expect(eventsIn(text)).toMatchObject([{ type: 'request', model: 'haiku' }]);
  });
});

describe('what was used', () => {
  it('is summed up by what is asked for', async () => {
    const { app } = service();
    await ask(app, { 'x-user-id': 'ada' });
    await ask(app, { 'x-user-id': 'bob' });
    for (const [by, groups] of [
      ['model', [{ model: 'claude-haiku-4-5', requests: 2, tokens_total: 50 }]],
      [
        'client',
        [
          { client: 'ada', requests: 1 },
          { client: 'bob', requests: 1 },
        ],
      ],
      ['hour', [{ requests: 2 }]],
      ['day', [{ requests: 2 }]],
      ['block', [{ requests: 2, is_active: true }]],
    ] as const) {
      const { body } = await read(app, '/v1/usage', `?by=${by}&since=3d`);
      expect(body).toMatchObject({ by, data: groups, total: { requests: 2, failed: 0, unpriced_requests: 0 } });
    }
  });

  it('is nothing where nothing was', async () => {
    const { body } = await read(service().app, '/v1/usage');
    expect(body as WireUsageReport).toMatchObject({ scope: 'machine', data: [], total: { requests: 0, cost_usd: 0 } });
    expect(body).not.toHaveProperty('incomplete');
  });

  it.each(['day', 'block', 'client'])('by %s says why others are left out', async (by) => {
    const outage = { groups: [], scope: 'machine', incomplete: 'The database is away.' } as const;
    const usage = { sumsByStart: () => Promise.resolve(outage), sumsBy: () => Promise.resolve(outage) };
    const { app } = testApp(answering, { access: { ...memoryAccess(memoryLog()), usage } });
    const { body } = await read(app, '/v1/usage', `?by=${by}`);
    expect(body).toMatchObject({ scope: 'machine', incomplete: 'The database is away.', data: [] });
  });

  it('has figures of how it went', async () => {
    const { app } = service();
    await ask(app);
    expect((await read(app, '/v1/logs/stats')).body).toMatchObject({
      requests: 1,
      failed: 0,
      by_status: { 200: 1 },
      by_error: {},
      latency: { sampled: 1, duration_ms: { p50: expect.any(Number) as number } },
    });
    expect((await read(app, '/logs/status')).body).toMatchObject({ enabled: true, rows: 1, pending: 0, dropped: 0 });
  });
});

describe('who may see it', () => {
  const tokens = [
    { hash: hashToken('o'), name: 'Ada', role: 'owner' },
    { hash: hashToken('v'), role: 'viewer' },
    { hash: hashToken('c'), role: 'client' },
  ] as const;

  it.each(['/logs/status', '/logs/query', '/logs/stream', '/v1/logs/stats', '/v1/usage'])(
    '%s is for owners and viewers where there are tokens',
    async (path) => {
      const { app } = service(answering, { tokens });
      const statuses = [];
      for (const token of ['o', 'v', 'c', 'wrong']) {
        // A stream has no end.
        const reply = await request(app).head(path).set('x-api-key', token);
        statuses.push(reply.status);
      }
      expect(statuses).toEqual([200, 200, 403, 401]);
      const refused = await request(app).get(path).set('x-api-key', 'c');
      expect(refused.body).toMatchObject({ error: { code: 'role_required' } });
    },
  );

  it('a client is known by the name of its token, and not by what it says', async () => {
    const { app, log } = service(answering, { tokens });
    await ask(app, { 'x-api-key': 'o', 'x-user-id': 'bob' });
    await ask(app, { 'x-api-key': 'v' });
    const reply = (await request(app).get('/logs/query?order=asc').set('x-api-key', 'v')) as Reply;
    expect(reply.body).toMatchObject({ results: [{ client: 'Ada' }, { client: 'token 2' }] });
    expect(log.lines.map(({ fields }) => fields['client'])).toContain('Ada');
  });
});
