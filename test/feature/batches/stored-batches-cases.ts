import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';
import { answered, batchesOn, failed, heldRequests, inTurn, newDraft, request, requests } from './open-batches.ts';

/** What holds for batches on state of any kind. */
export function describeStoredBatches(open: () => Promise<OpenShared>): void {
  const openBatches = batchesOn(open);

  describe('a batch', () => {
    it('is answered request by request, and tells its results in the order of the requests', async () => {
      const { engine, create, get, results } = await openBatches();
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

    it('asks as its client, in its own name, with the header that it came with', async () => {
      const asked: unknown[] = [];
      const { engine, create, get } = await openBatches((question) => {
        asked.push(question);
        return Promise.resolve(answered());
      });
      const { id } = await create([request('a')], { details: { 'anthropic-beta': 'some-beta', other: 'x' } }, 'night');
      engine.start();
      await expect.poll(async () => (await get(id, 'night')).status).toBe('ended');
      expect(asked).toEqual([
        {
          ...{ path: '/v1/messages', body: request('a').body, caller: 'night', client: 'night', batch: id },
          ...{ headers: { 'anthropic-beta': 'some-beta' }, priority: 'idle' },
        },
      ]);
    });

    it('is seen by its own client and in its own API alone', async () => {
      const { create, batches } = await openBatches();
      const { id } = await create([request('a')], {}, 'one');
      const none = { code: 'BATCH_NOT_FOUND' };
      await expect(batches.get('two', 'anthropic', id)).rejects.toMatchObject(none);
      await expect(batches.get(undefined, 'anthropic', id)).rejects.toMatchObject(none);
      await expect(batches.get('one', 'openai', id)).rejects.toMatchObject(none);
      await expect(batches.cancel('two', 'anthropic', id)).rejects.toMatchObject(none);
      await expect(batches.delete('two', 'anthropic', id)).rejects.toMatchObject(none);
      expect((await batches.list('two', 'anthropic', { limit: 9 })).data).toEqual([]);
    });

    it('is listed with the others, newest first, page by page in both directions', async () => {
      const { create, batches } = await openBatches();
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) ids.unshift((await create([request('a')])).id);
      const page = async (query: { limit: number; after?: string; before?: string }) => {
        const { data, hasMore } = await batches.list(undefined, 'anthropic', query);
        return [data.map(({ id }) => ids.indexOf(id)), hasMore];
      };
      expect(await page({ limit: 2 })).toEqual([[0, 1], true]);
      expect(await page({ limit: 2, after: ids[1] ?? '' })).toEqual([[2, 3], true]);
      expect(await page({ limit: 2, after: ids[3] ?? '' })).toEqual([[4], false]);
      expect(await page({ limit: 2, before: ids[3] ?? '' })).toEqual([[1, 2], true]);
      expect(await page({ limit: 9, before: ids[3] ?? '' })).toEqual([[0, 1, 2], false]);
      await expect(page({ limit: 2, after: 'msgbatch_0' })).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
    });

    it('that is canceled answers what runs, and nothing more', async () => {
      let finish = (): void => undefined;
      const { engine, create, get, results, batches } = await openBatches(
        () =>
          new Promise((resolve) => {
            finish = () => {
              resolve(answered());
            };
          }),
        { concurrency: 1 },
      );
      const { id } = await create(requests(600));
      engine.start();
      await expect.poll(() => engine.runner.running).toBe(1);
      expect(await batches.cancel(undefined, 'anthropic', id)).toMatchObject({ status: 'canceling' });
      await expect.poll(async () => (await get(id)).counts).toMatchObject({ processing: 1, canceled: 599 });
      finish();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      expect(await get(id)).toMatchObject({ end: 'canceled', counts: { succeeded: 1, canceled: 599 } });
      const all = await results(id);
      expect(all).toHaveLength(600);
      expect(all[1]).toEqual({ customId: 'r1', outcome: 'canceled' });
      // It has no effect on one that has ended.
      expect(await batches.cancel(undefined, 'anthropic', id)).toMatchObject({ status: 'ended' });
    });

    it('is deleted when it has ended, with all that was kept of it', async () => {
      const { engine, create, get, batches, shared } = await openBatches();
      const { id } = await create(requests(3));
      await expect(batches.delete(undefined, 'anthropic', id)).rejects.toMatchObject({ code: 'BATCH_CONFLICT' });
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      await batches.delete(undefined, 'anthropic', id);
      await expect(get(id)).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
      await expect.poll(() => countRowsOf(shared)).toEqual([0, 0, 0, 0]);
    });

    it('gives up what was not answered in its time', async () => {
      let now = 1_000_000;
      const { engine, create, get, results } = await openBatches(undefined, {
        now: () => now,
        pacing: { readiness: () => ({ ready: false, reason: 'not_logged_in', message: 'No login.' }) },
      });
      const { id } = await create(requests(3), { windowMs: 5000 });
      engine.start();
      await expect.poll(() => engine.runner.hold).toEqual({ reason: 'not_ready' });
      now += 5000;
      await expect.poll(async () => (await get(id)).status, { timeout: 5000 }).toBe('ended');
      expect(await get(id)).toMatchObject({ end: 'expired', counts: { expired: 3 } });
      expect(await results(id)).toContainEqual({ customId: 'r2', outcome: 'expired' });
    });

    it('goes when it was kept long enough', async () => {
      let now = 1_000_000;
      const { engine, create, get, shared } = await openBatches(undefined, { now: () => now, keepMs: 1000 });
      const { id } = await create(requests(1), { windowMs: 500 });
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      now += 1000;
      await expect(get(id)).rejects.toMatchObject({ code: 'BATCH_NOT_FOUND' });
      // At the next start, or the next day.
      (await openBatches(undefined, { shared, now: () => now })).engine.start();
      await expect.poll(() => countRowsOf(shared)).toEqual([0, 0, 0, 0]);
    });

    it('whose requests fail on their way in is not kept', async () => {
      const { engine, batches, shared } = await openBatches();
      engine.start();
      const wrong = new HarnessError('INVALID_REQUEST', 'Line 3 is no JSON.');
      async function* broken() {
        yield* inTurn(requests(500));
        throw wrong;
      }
      await expect(batches.create(undefined, undefined, newDraft, broken())).rejects.toBe(wrong);
      expect((await batches.list(undefined, 'anthropic', { limit: 9 })).data).toEqual([]);
      await expect.poll(() => countRowsOf(shared)).toEqual([0, 0, 0, 0]);
    });

    it('is not seen while its requests come', async () => {
      const { batches } = await openBatches();
      const held = heldRequests();
      const creating = batches.create(undefined, undefined, newDraft, held.requests);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await batches.list(undefined, 'anthropic', { limit: 9 })).data).toEqual([]);
      held.go();
      expect((await creating).counts.processing).toBe(2);
    });

    it.each([
      ['too many requests', { maxRequests: 2, maxSize: 1e9 }, 3, 'INVALID_REQUEST'],
      ['too much', { maxRequests: 9, maxSize: 80 }, 3, 'BODY_TOO_LARGE'],
      ['nothing', { maxRequests: 9, maxSize: 1e9 }, 0, 'INVALID_REQUEST'],
    ])('with %s is refused', async (_what, limits, count, code) => {
      const { create } = await openBatches(undefined, { limits });
      await expect(create(requests(count))).rejects.toMatchObject({ code });
    });

    it('whose requests could not be read is kept as failed', async () => {
      const { create, get } = await openBatches();
      const faults = [{ code: 'invalid_json_line', message: 'This line is no JSON.', line: 3 }];
      const { id } = await create([], { faults });
      expect(await get(id)).toMatchObject({ status: 'ended', end: 'failed', faults, counts: { processing: 0 } });
    });

    it('gets what is made of it at its end, and ends when that has worked', async () => {
      let tries = 0;
      const finish = async (_caller: unknown, batch: { counts: object }, results: () => AsyncIterable<unknown>) => {
        tries += 1;
        if (tries < 3) throw new HarnessError('FILES_FULL', 'No space.');
        const all: unknown[] = [];
        for await (const result of results()) all.push(result);
        return { output_file_id: `file-${all.length}-${JSON.stringify(batch.counts)}` };
      };
      const { engine, create, get } = await openBatches(undefined, { finish, leaseMs: 100 });
      const { id } = await create(requests(2), { details: { endpoint: '/v1/messages' } });
      engine.start();
      await expect.poll(async () => (await get(id)).status, { timeout: 5000 }).toBe('ended');
      const { details, finalizingAt, endedAt } = await get(id);
      expect(details['endpoint']).toBe('/v1/messages');
      expect(details['output_file_id']).toContain('file-2-{"processing":0,"succeeded":2');
      expect(finalizingAt).toBeLessThanOrEqual(endedAt ?? 0);
      expect(tries).toBe(3);
    });
  });

  describe('a request of a batch', () => {
    it('that can have no answer is errored at once, with what the client would have got', async () => {
      let tries = 0;
      const { engine, create, get, results } = await openBatches(() => {
        tries += 1;
        return Promise.resolve({ ...failed('INVALID_REQUEST'), status: 400 });
      });
      const { id } = await create([request('a')]);
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      expect([tries, await results(id)]).toEqual([
        1,
        [
          {
            ...{ customId: 'a', outcome: 'errored' },
            response: { status: 400, requestId: 'req_1', body: { error: 'INVALID_REQUEST' } },
          },
        ],
      ]);
    });

    it('is tried again for as long as it takes where the service or the API is at fault', async () => {
      let tries = 0;
      const { engine, create, get } = await openBatches(() => {
        tries += 1;
        return Promise.resolve(tries < 4 ? failed('OVERLOADED') : answered());
      });
      const { id } = await create([request('a')]);
      engine.start();
      await expect.poll(async () => (await get(id)).status, { timeout: 9000 }).toBe('ended');
      expect([tries, (await get(id)).counts.succeeded]).toEqual([4, 1]);
    });

    it('is errored after some tries where it may be at fault itself', async () => {
      let now = 1_000_000;
      let tries = 0;
      const { engine, create, get } = await openBatches(
        () => {
          tries += 1;
          now += 600_000;
          return Promise.resolve(failed('TURN_TIMEOUT'));
        },
        { now: () => now, leaseMs: 100 },
      );
      const { id } = await create([request('a')]);
      engine.start();
      await expect
        .poll(
          async () => {
            now += 300_000;
            return (await get(id)).status;
          },
          { timeout: 5000 },
        )
        .toBe('ended');
      expect([tries, (await get(id)).counts.errored]).toEqual([5, 1]);
    });
  });
}

function countRowsOf(shared: OpenShared): Promise<(number | undefined)[]> {
  return Promise.all(
    ['batches', 'batch_requests', 'batch_bodies', 'batch_results'].map((table) => countRows(shared, table)),
  );
}
