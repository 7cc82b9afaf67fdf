import { describe, expect, it } from 'vitest';
import { openBatches, requests } from './open-batches.ts';

describe('a batch', () => {
  it('is answered request by request, and tells its results in the order of the requests', async () => {
    const { engine, create, get, results } = openBatches();
    const batch = await create(requests(5));
    expect(batch).toMatchObject({ status: 'in_progress', counts: { processing: 5, succeeded: 0 }, faults: [] });
    expect(batch.id).toMatch(/^msgbatch_[0-9a-f]{32}$/);
    expect(batch.expiresAt - batch.createdAt).toBe(24 * 60 * 60 * 1000);
    engine.start();
    await expect.poll(async () => (await get(batch.id)).status).toBe('ended');
    expect(await get(batch.id)).toMatchObject({
      end: 'completed',
      counts: { processing: 0, succeeded: 5, errored: 0 },
      usage: { inputTokens: 50, cachedTokens: 20, outputTokens: 15, thinkingTokens: 5 },
    });
    const all = await results(batch.id);
    expect(all.map(({ customId }) => customId)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
    expect(all[0]).toEqual({
      customId: 'r0',
      outcome: 'succeeded',
      response: { status: 200, requestId: 'req_1', body: { ok: true } },
    });
  });
});
