import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { BatchesState } from '../../../src/core/batches-state.ts';
import { expectDescribed, operationOf } from '../openapi/described.ts';
import { testApp, type Reply } from '../test-app.ts';

const requests = { left: 40, succeeded: 60, errored: 1, canceled: 2, expired: 3 };
const totals = { batches: 1, ...requests };

async function show(state: BatchesState): Promise<unknown> {
  const { app } = testApp(undefined, { batchesState: () => Promise.resolve(state) });
  const reply = (await request(app).get('/v1/usage/batches')) as Reply;
  expectDescribed(operationOf('get', '/v1/usage/batches'), reply);
  return reply.body;
}

describe('what batches do', () => {
  it('is told with what is left, and when it will be done', async () => {
    expect(await show({ totals, running: 2, perHour: 120.04, endsAt: Date.UTC(2026, 0, 2) })).toEqual({
      ...{ object: 'batches_state', status: 'running', paused: null, batches: 1, running: 2, requests },
      ...{ per_hour: 120, ends_at: '2026-01-02T00:00:00.000Z' },
    });
  });

  it('is told with why they wait, and until when', async () => {
    const hold = { reason: 'plan_window', window: 'five_hour', until: Date.UTC(2026, 0, 2) } as const;
    expect(await show({ totals, running: 0, hold })).toMatchObject({
      status: 'paused',
      paused: { reason: 'plan_window', window: 'five_hour', until: '2026-01-02T00:00:00.000Z' },
      ...{ per_hour: null, ends_at: null },
    });
    expect(await show({ totals, running: 0, hold: { reason: 'not_ready' } })).toMatchObject({
      paused: { reason: 'not_ready', window: null, until: null },
    });
  });

  it('is nothing where nothing is left', async () => {
    expect(await show({ totals: { ...totals, left: 0, batches: 0 }, running: 0 })).toMatchObject({ status: 'idle' });
  });
});
