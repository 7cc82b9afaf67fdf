import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { memoryCache } from '../../support/memory-cache.ts';
import { directBackend } from '../openapi/direct-backend.ts';
import { expectDescribed, operationOf } from '../openapi/described.ts';
import { chat, testApp, type Reply } from '../test-app.ts';

const resetsAt = Date.now() + 3_600_000;

describe('budgets', () => {
  it('are listed with what is used of them', async () => {
    const use = { client: 'ada', window: 'day', unit: 'usd', limit: 2, used: 0.5, resetsAt } as const;
    const { app } = testApp(undefined, { budgets: { admit: () => undefined, uses: () => [use] } });
    const reply = (await request(app).get('/v1/budgets')) as Reply;
    expectDescribed(operationOf('get', '/v1/budgets'), reply);
    const wire = { client: 'ada', window: 'day', unit: 'usd', limit: 2, used: 0.5 };
    expect(reply.body).toEqual({ object: 'list', data: [{ ...wire, resets_at: new Date(resetsAt).toISOString() }] });
  });

  it('decide about each request by the token that it came with, and whether it is of the plan', async () => {
    const asked: unknown[] = [];
    const { app, log } = testApp(undefined, {
      tokens: [{ hash: hashToken('right'), name: 'ada', role: 'client' }],
      direct: directBackend(),
      usesPlan: (model) => model !== 'opus',
      budgets: {
        admit: (...args) => {
          asked.push(args);
          throw new HarnessError('BUDGET_EXCEEDED', 'Used up.', { resetsAt });
        },
        uses: () => [],
      },
    });
    const ask = (path: string, body: object) => request(app).post(path).set('x-api-key', 'right').send(body);
    const reply = (await ask('/v1/chat/completions', { ...chat, user: 'eve', n: 2 })) as Reply;
    await ask('/v1/messages', { ...chat, model: 'opus', max_tokens: 10 });
    await ask('/api/v1/chat/completions', chat);
    await ask('/v1/responses', { model: 'haiku', input: 'Hello', background: true });

    expect(reply).toMatchObject({
      status: 429,
      headers: { 'x-should-retry': 'false', 'retry-after': '3600' },
      body: { error: { code: 'budget_exceeded', message: 'Used up.', resets_at: Math.ceil(resetsAt / 1000) } },
    });
    expect(asked).toEqual([
      ['ada', true],
      ['ada', false],
      ['ada', false],
      ['ada', true],
    ]);
    expect(log.lines.filter(({ fields }) => fields['error'] === 'BUDGET_EXCEEDED').length).toBeGreaterThanOrEqual(3);
  });

  it('are not asked about answers from the cache, which use nothing of them', async () => {
    let isUsedUp = false;
    const budgets = {
      admit: () => {
        if (isUsedUp) throw new HarnessError('BUDGET_EXCEEDED', 'Used up.', { resetsAt });
      },
      uses: () => [],
    };
    const { app } = testApp(undefined, { budgets, cache: memoryCache({ ttlMs: 60_000 }) });
    const ask = async (body: object) => (await request(app).post('/v1/chat/completions').send(body)).status;
    const statuses = [await ask(chat)];
    isUsedUp = true;
    statuses.push(await ask(chat), await ask({ ...chat, stream: true }), await ask({ ...chat, seed: 7 }));
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('know nothing of names that clients give themselves', async () => {
    const asked: unknown[] = [];
    const budgets = { admit: (client: string | undefined) => void asked.push(client), uses: () => [] };
    const { app } = testApp(undefined, { budgets });
    await request(app).post('/v1/chat/completions').set('x-user-id', 'ada').send(chat);
    expect(asked).toEqual([undefined]);
  });
});
