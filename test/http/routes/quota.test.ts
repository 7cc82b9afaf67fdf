import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { KnownWindows } from '../../../src/feature/plan-windows/known-windows.ts';
import { createSampleStore } from '../../../src/feature/plan-windows/sample-store.ts';
import type { WireQuota } from '../../../src/http/routes/quota/quota-schema.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { openState } from '../../state/open-state.ts';
import { memoryPlan } from '../../support/memory-plan.ts';
import { expectDescribed, operationOf } from '../openapi/described.ts';
import { testApp, type Reply, type TestChanges } from '../test-app.ts';

const hourMs = 3_600_000;

async function read(changes: TestChanges, query = ''): Promise<WireQuota> {
  const { app } = testApp(undefined, changes);
  const reply = (await request(app).get(`/v1/usage/quota${query}`)) as Reply;
  expect(reply.status).toBe(200);
  expectDescribed(operationOf('get', '/v1/usage/quota'), reply);
  return reply.body as WireQuota;
}

/** A plan whose windows were seen in the last hour. */
function seenPlan() {
  const { file, log } = openState();
  const clock = { now: Date.now() - hourMs };
  const resetsAt = Math.floor(clock.now / 1000) * 1000 + 4 * hourMs;
  const now = () => clock.now;
  const windows = new KnownWindows({ store: createSampleStore(file, now), log, now });
  for (const utilization of [0.1, 0.5]) {
    windows.note([
      { type: 'five_hour', status: 'allowed', utilization, resetsAt, observedAt: clock.now },
      { type: 'seven_day', status: 'allowed', observedAt: clock.now },
    ]);
    clock.now += hourMs;
  }
  clock.now -= hourMs;
  const plan = { windows, questions: { look: () => Promise.resolve() } };
  return { plan, now, resetsAt };
}

describe('the quota', () => {
  it('is what is known of the plan, and how long it lasts', async () => {
    const { plan, now, resetsAt } = seenPlan();
    expect(await read({ plan, now })).toEqual({
      object: 'quota',
      as_of: new Date(now()).toISOString(),
      buckets: [
        {
          type: 'five_hour',
          status: 'allowed',
          utilization: 0.5,
          resets_at: new Date(resetsAt).toISOString(),
          observed_at: new Date(now()).toISOString(),
          forecast: {
            runs_out_at: new Date(now() + 1.25 * hourMs).toISOString(),
            lasts: false,
            rate_per_hour: expect.closeTo(0.4) as number,
          },
        },
        {
          type: 'seven_day',
          status: 'allowed',
          utilization: null,
          resets_at: null,
          observed_at: new Date(now()).toISOString(),
          forecast: null,
        },
      ],
    });
  });

  it('has its history if that is asked for', async () => {
    const { plan, now } = seenPlan();
    const { history } = await read({ plan, now }, '?history=7d');
    expect(history).toMatchObject([
      { type: 'five_hour', points: [{ utilization: 0.1 }, { utilization: 0.5 }] },
      { type: 'seven_day', points: [] },
    ]);
    expect((await read({ plan, now }, '?history=30m')).history?.[0]?.points).toHaveLength(1);
  });

  it('is empty where nothing is known', async () => {
    expect(await read({ plan: memoryPlan() })).toMatchObject({ buckets: [] });
  });

  it('asks the CLI, since somebody looks, and does not wait for ever', async () => {
    let looks = 0;
    const look = (): Promise<void> => {
      looks += 1;
      return new Promise(() => undefined);
    };
    await read({ plan: { ...memoryPlan(), questions: { look } } });
    expect(looks).toBe(1);
  });

  it('is not for every client', async () => {
    const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
    const reply = (await request(app).get('/v1/usage/quota').set('x-api-key', 'right')) as Reply;
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'role_required' } } });
  });

  it('refuses a history that is no time', async () => {
    const { app } = testApp();
    const reply = (await request(app).get('/v1/usage/quota?history=long')) as Reply;
    expect(reply).toMatchObject({ status: 400, body: { error: { param: 'history' } } });
  });
});
