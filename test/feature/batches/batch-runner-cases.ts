import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { BatchAnswer, BatchQuestion } from '../../../src/feature/batches/batch-context.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { BatchTable } from '../../../src/feature/batches/batch-table.ts';
import { RequestTable } from '../../../src/feature/batches/request-table.ts';
import { ServiceLeases } from '../../../src/feature/batches/service-leases.ts';
import { countRows, type OpenShared } from '../../state/open-shared.ts';
import {
  answered,
  batchesOn,
  failed,
  heldRequests,
  newDraft,
  request,
  requests,
  untilAborted,
  usage,
} from './open-batches.ts';

/** Notes what is asked, in order. */
function noting() {
  const asked: BatchQuestion[] = [];
  return {
    asked,
    texts: () => asked.map(({ body }) => (JSON.parse(body) as { messages: [{ content: string }] }).messages[0].content),
    answer: (question: BatchQuestion) => {
      asked.push(question);
      return Promise.resolve(answered());
    },
  };
}

const about = (model: string, system: string, content: string): object => ({
  model,
  system,
  messages: [{ role: 'user', content }],
});

/** What holds for services that run batches on state of any kind. */
export function describeBatchRunner(open: () => Promise<OpenShared>): void {
  const openBatches = batchesOn(open);

  describe('the runner of batches', () => {
    it('asks for what begins alike one after the other', async () => {
      const { answer, texts } = noting();
      const { engine, create, get } = await openBatches(answer, { concurrency: 1 });
      const mixed = Array.from({ length: 12 }, (_, n) =>
        request(`r${n}`, about(n % 2 === 0 ? 'haiku' : 'opus', `System ${n % 3}`, `${n % 2} ${n % 3}`)),
      );
      const { id } = await create(mixed);
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      const changes = texts().filter((text, n) => text !== texts()[n - 1]);
      // Each of the six prompts comes in one piece.
      expect(changes).toHaveLength(6);
    });

    it('has no more under way than it may, and takes batches in turn', async () => {
      const waiting: (() => void)[] = [];
      const order: string[] = [];
      const { engine, create, get } = await openBatches(({ client = '' }) => {
        order.push(client);
        return new Promise((resolve) => {
          waiting.push(() => {
            resolve(answered());
          });
        });
      });
      const first = await create(requests(5), {}, 'a');
      const second = await create(requests(5), {}, 'b');
      engine.start();
      for (let answers = 0; answers < 10; answers += 1) {
        await expect.poll(() => order.length, { interval: 5 }).toBe(Math.min(answers + 2, 10));
        waiting[answers]?.();
      }
      await expect.poll(async () => (await get(first.id, 'a')).status).toBe('ended');
      await expect.poll(async () => (await get(second.id, 'b')).status).toBe('ended');
      expect(order.slice(0, 6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    });

    it('goes on with other models while one is held back', async () => {
      const { answer, asked } = noting();
      const { engine, create, get, windows } = await openBatches(answer);
      windows.push({
        type: 'seven_day_opus',
        status: 'allowed',
        utilization: 0.9,
        resetsAt: Date.now() + 1e6,
        observedAt: 0,
      });
      const { id } = await create([request('a', about('opus', '', '')), request('b', about('haiku', '', ''))]);
      engine.start();
      await expect.poll(async () => (await get(id)).counts).toMatchObject({ processing: 1, succeeded: 1 });
      expect(asked.map(({ body }) => (JSON.parse(body) as { model: string }).model)).toEqual(['haiku']);
      await expect.poll(() => engine.runner.hold).toMatchObject({ reason: 'plan_window', window: 'seven_day_opus' });
      windows.length = 0;
      engine.runner.wake();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
    });

    it('gives up a canceled batch at once, also while batches wait', async () => {
      const readiness = () =>
        ({ ready: false, reason: 'rate_limited', message: '', resetsAt: Date.now() + 1e6 }) as const;
      const { engine, create, get, batches } = await openBatches(undefined, { leaseMs: 60_000, pacing: { readiness } });
      const { id } = await create(requests(900));
      engine.start();
      await expect.poll(() => engine.runner.hold).toMatchObject({ reason: 'plan_limit' });
      await batches.cancel(undefined, 'anthropic', id);
      await expect.poll(async () => (await get(id)).status).toBe('ended');
    });

    it('gives back what is under way when it stops, and the next service goes on with it at once', async () => {
      const first = await openBatches((_question, signal) => untilAborted(signal));
      const { id } = await first.create(requests(4));
      first.engine.start();
      await expect.poll(() => first.engine.runner.running).toBe(2);
      await first.stop();
      const { answer, asked } = noting();
      const second = await openBatches(answer, { shared: first.shared, serviceId: 'service 2' });
      second.engine.start();
      await expect.poll(async () => (await second.get(id)).status).toBe('ended');
      expect([asked.length, (await second.get(id)).counts.succeeded]).toEqual([4, 4]);
    });

    it('takes over what a service had that is gone, at once where that is known, else when its claim has run out', async () => {
      let now = 1_000_000;
      const first = await openBatches((_question, signal) => untilAborted(signal), { now: () => now, leaseMs: 60_000 });
      const { id } = await first.create(requests(2));
      first.engine.start();
      await expect.poll(() => first.engine.runner.running).toBe(2);

      const { answer, asked } = noting();
      const shared = { shared: first.shared, now: () => now, leaseMs: 60_000 };
      const second = await openBatches(answer, { ...shared, serviceId: 'service 2' });
      second.engine.start();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(asked).toEqual([]);
      // The second renews its own first, which has run out as well.
      for (const wait of [60_001, 15_000]) {
        now += wait;
        second.engine.runner.wake();
        await expect.poll(() => leaseOf(second.shared, 'service 2')).toBe(now + 60_000);
      }
      await expect.poll(async () => (await second.get(id)).status).toBe('ended');
      expect(asked).toHaveLength(2);

      const other = await second.create(requests(1));
      await second.stop();
      const third = await openBatches((_question, signal) => untilAborted(signal), {
        ...shared,
        serviceId: 'service 3',
      });
      third.engine.start();
      await expect.poll(() => third.engine.runner.running).toBe(1);
      const fourth = await openBatches(answer, {
        ...shared,
        serviceId: 'service 4',
        isGone: (by) => by === 'service 3',
      });
      fourth.engine.start();
      await expect.poll(async () => (await fourth.get(other.id)).status).toBe('ended');
    });

    it('keeps no answer to what another service has taken over', async () => {
      let now = 1_000_000;
      const times = { now: () => now, leaseMs: 60_000 };
      let finish = (): void => undefined;
      const slow = await openBatches(
        () =>
          new Promise((resolve) => {
            finish = () => {
              resolve(answered({ from: 'the slow one' }));
            };
          }),
        times,
      );
      const { id } = await slow.create(requests(1));
      slow.engine.start();
      await expect.poll(() => slow.engine.runner.running).toBe(1);
      const other = await openBatches(() => Promise.resolve(answered({ from: 'the other' })), {
        ...{ ...times, shared: slow.shared, serviceId: 'service 2' },
      });
      other.engine.start();
      await expect.poll(() => leaseOf(other.shared, 'service 2')).toBe(now + 60_000);
      for (const wait of [60_001, 15_000]) {
        now += wait;
        other.engine.runner.wake();
        await expect.poll(() => leaseOf(other.shared, 'service 2')).toBe(now + 60_000);
      }
      await expect.poll(async () => (await other.get(id)).status).toBe('ended');
      finish();
      await expect.poll(() => slow.engine.runner.running).toBe(0);
      expect(await other.results(id)).toMatchObject([{ response: { body: { from: 'the other' } } }]);
      expect((await other.get(id)).counts.succeeded).toBe(1);
      expect(slow.shared.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
    });

    it('keeps nothing of a service whose request another one has, and lets one alone end a batch', async () => {
      const { shared, create, get } = await openBatches();
      const { id } = await create(requests(1));
      const [table, batches] = [new RequestTable(shared.state), new BatchTable(shared.state)];
      const leases = new ServiceLeases(shared.state);
      const { seq } = await batches.find({ caller: undefined, family: 'anthropic' }, id, Date.now());
      const takeAs = async (by: string) => {
        await leases.renew(by, 1000);
        const taken = await table.take(seq, { by, now: Date.now(), mayAsk: () => true });
        return taken ?? expect.unreachable();
      };
      const answer = { outcome: 'succeeded', status: 200, requestId: 'req_1', body: '{}', usage } as const;
      const before = await takeAs('one');
      await leases.end([{ id: 'one', run_until: 1000 }]);
      const taken = await takeAs('two');
      await table.settle(seq, 'one', before, answer);
      await table.putBack('one', before, { notBefore: 0, failures: 0 });
      expect((await get(id)).counts.succeeded).toBe(0);
      await table.settle(seq, 'two', taken, answer);
      expect((await get(id)).counts.succeeded).toBe(1);

      expect(await batches.finalize(seq, 'two', 1)).toBe(true);
      expect(await batches.finalize(seq, 'one', 1)).toBe(false);
      await leases.release('two');
      expect(await batches.finalize(seq, 'one', 1)).toBe(true);
    });

    it('removes what a service has left of a batch that it was about to create', async () => {
      const { shared, engine, batches } = await openBatches(undefined, { serviceId: 'service 2' });
      // The tables are there from the first use on.
      await batches.list(undefined, 'anthropic', { limit: 1 });
      await shared.change(`INSERT INTO batches (id, family, status, created_at, expires_at, gone_at, run_by, metadata,
        details, faults) VALUES ('msgbatch_1', 'anthropic', 'creating', 1, 2, 3, 'service 1', '{}', '{}', '[]')`);
      await shared.change(`INSERT INTO batch_requests (batch, custom_id, path, model, prefix, state)
        VALUES (1, 'a', '/v1/messages', 'haiku', 1, 'queued')`);
      engine.start();
      const left = async () => [await countRows(shared, 'batches'), await countRows(shared, 'batch_requests')];
      await expect.poll(left).toEqual([0, 0]);
      expect((await batches.list(undefined, 'anthropic', { limit: 1 })).data).toEqual([]);
    });

    it('runs nothing for a client whose token was taken away', async () => {
      const { answer, asked } = noting();
      const before = await openBatches();
      const { id } = await before.create(requests(1), {}, 'gone');
      const known = await before.create(requests(1), {}, 'known');
      await before.stop();
      const { engine, get } = await openBatches(answer, {
        ...{ shared: before.shared, serviceId: 'service 2' },
        accepts: (caller) => caller === 'known',
      });
      engine.start();
      await expect.poll(async () => (await get(known.id, 'known')).status).toBe('ended');
      expect([asked.length, (await get(id, 'gone')).status]).toEqual([1, 'in_progress']);
    });

    it('does not lose an answer while the state cannot be used', async () => {
      let isBroken = false;
      const { shared, engine, create, get } = await openBatches(() => {
        isBroken = true;
        return Promise.resolve(answered());
      });
      const write = shared.state.write.bind(shared.state);
      shared.state.write = (work) => {
        if (!isBroken) return write(work);
        isBroken = false;
        return Promise.reject(new HarnessError('INTERNAL', 'The disk is full.'));
      };
      const { id } = await create(requests(1));
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      expect((await get(id)).counts.succeeded).toBe(1);
    });

    it('loses no request that it has taken without learning of it', async () => {
      const { answer, asked } = noting();
      const { shared, engine, create, get } = await openBatches(answer, { leaseMs: 100 });
      const { id } = await create(requests(3));
      const write = shared.state.write.bind(shared.state);
      shared.state.write = async (work) => {
        const result = await write(work);
        if (!isTaken(result)) return result;
        shared.state.write = write;
        throw new HarnessError('INTERNAL', 'The connection was lost.');
      };
      engine.start();
      await expect.poll(async () => (await get(id)).status).toBe('ended');
      expect([asked.length, (await get(id)).counts.succeeded]).toEqual([3, 3]);
    });

    it('shares a batch with other services: each request is asked once, and the end comes once', async () => {
      const asked: string[] = [];
      let ends = 0;
      const answering = (service: string) => (question: BatchQuestion) => {
        asked.push(`${question.body} ${service}`);
        return new Promise<BatchAnswer>((resolve) => setTimeout(resolve, 2, answered()));
      };
      const finish = () => {
        ends += 1;
        return Promise.resolve({});
      };
      const first = await openBatches(answering('1'), { finish });
      const others = { shared: first.shared, finish };
      const second = await openBatches(answering('2'), { ...others, serviceId: 'service 2' });
      const distinct = Array.from({ length: 60 }, (_, n) => request(`r${n}`, about('haiku', '', `${n}`)));
      const { id } = await first.create(distinct);
      first.engine.start();
      second.engine.start();
      await expect.poll(async () => (await second.get(id)).status, { timeout: 10_000 }).toBe('ended');
      expect(new Set(asked.map((text) => text.slice(0, -2))).size).toBe(60);
      expect(asked).toHaveLength(60);
      expect(new Set(asked.map((text) => text.slice(-1)))).toEqual(new Set(['1', '2']));
      expect((await first.get(id)).counts).toMatchObject({ succeeded: 60, processing: 0 });
      expect(ends).toBe(1);
    });

    it('leaves others what they have in hand where all have stood still, so that they renew their leases first', async () => {
      let now = 1_000_000;
      const finishing: (() => void)[] = [];
      const slow = (): Promise<BatchAnswer> =>
        new Promise((resolve) => {
          finishing.push(() => {
            resolve(answered());
          });
        });
      const times = { now: () => now, leaseMs: 60_000 };
      const first = await openBatches(slow, times);
      const { id } = await first.create(requests(1));
      first.engine.start();
      await expect.poll(() => first.engine.runner.running).toBe(1);
      const { answer, asked } = noting();
      const second = await openBatches(answer, { ...times, shared: first.shared, serviceId: 'service 2' });
      second.engine.start();
      const leases = new ServiceLeases(first.shared.state);
      const renewed = async () => (await leases.all()).filter(({ run_until: until }) => until > now).length;
      await expect.poll(renewed).toBe(2);
      now += 3_600_000;
      second.engine.runner.wake();
      await expect.poll(renewed).toBe(1);
      first.engine.runner.wake();
      await expect.poll(renewed).toBe(2);
      now += 15_000;
      second.engine.runner.wake();
      finishing[0]?.();
      await expect.poll(async () => (await first.get(id)).status).toBe('ended');
      expect(asked).toEqual([]);
    });

    it('leaves alone what its own service has just begun to create', async () => {
      const { shared, engine, create } = await openBatches();
      const write = shared.state.write.bind(shared.state);
      shared.state.write = async (work) => {
        const result = await write(work);
        if (isBegun(result)) {
          engine.runner.wake();
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return result;
      };
      engine.start();
      expect((await create(requests(1))).status).toBe('in_progress');
    });

    it('leaves alone what its own service has created since it looked', async () => {
      const { shared, engine, batches, get } = await openBatches(() => Promise.resolve(failed('OVERLOADED')));
      const created = createDeferred<unknown>();
      const looked = createDeferred<unknown>();
      const read = shared.state.read.bind(shared.state);
      shared.state.read = async (work) => {
        const result = await read(work);
        if (!isCreatingOne(result)) return result;
        looked.resolve(undefined);
        await created.promise;
        return result;
      };
      async function* slow() {
        yield request('a');
        engine.runner.wake();
        await looked.promise;
      }
      engine.start();
      const { id } = await batches.create(undefined, undefined, newDraft, slow());
      created.resolve(undefined);
      await expect.poll(() => engine.runner.hold).toMatchObject({ reason: 'failures' });
      expect((await get(id)).status).toBe('in_progress');
    });

    it('leaves alone what another service is about to create', async () => {
      const held = heldRequests();
      const first = await openBatches();
      const second = await openBatches(undefined, { shared: first.shared, serviceId: 'service 2' });
      const known = await second.create(requests(1));
      second.engine.start();
      const creating = first.batches.create(undefined, undefined, newDraft, held.requests);
      await expect.poll(() => countRows(first.shared, 'batches')).toBe(2);
      second.engine.runner.wake();
      await expect.poll(async () => (await second.get(known.id)).status).toBe('ended');
      held.go();
      expect((await creating).counts.processing).toBe(2);
    });
  });
}

/** When it ends. */
async function leaseOf({ state }: OpenShared, serviceId: string): Promise<number | undefined> {
  const leases = await new ServiceLeases(state).all();
  return leases.find(({ id }) => id === serviceId)?.run_until;
}

function isBegun(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'seq' in result && !('status' in result);
}

function isCreatingOne(result: unknown): boolean {
  return Array.isArray(result) && result.some(({ status }: { status?: string }) => status === 'creating');
}

function isTaken(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'customId' in result;
}
