import { describe, expect, it } from 'vitest';
import type { BatchQuestion } from '../../../src/feature/batches/batch-context.ts';
import { answered, failed, openBatches, request, requests, untilAborted } from './open-batches.ts';

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

describe('the runner of batches', () => {
  it('asks for what begins alike one after the other', async () => {
    const { answer, texts } = noting();
    const { engine, create, get } = openBatches(answer, { concurrency: 1 });
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
    let most = 0;
    let active = 0;
    const order: string[] = [];
    const { engine, create, get } = openBatches(async ({ client = '' }) => {
      active += 1;
      most = Math.max(most, active);
      order.push(client);
      await new Promise((resolve) => setTimeout(resolve, 2));
      active -= 1;
      return answered();
    });
    const first = await create(requests(10), {}, 'a');
    const second = await create(requests(10), {}, 'b');
    engine.start();
    await expect.poll(async () => (await get(first.id, 'a')).status).toBe('ended');
    await expect.poll(async () => (await get(second.id, 'b')).status).toBe('ended');
    expect(most).toBe(2);
    expect(order.slice(0, 6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  it('goes on with other models while one is held back', async () => {
    const { answer, asked } = noting();
    const { engine, create, get, windows } = openBatches(answer);
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
    const { engine, create, get, batches } = openBatches(undefined, { claimMs: 60_000, pacing: { readiness } });
    const { id } = await create(requests(900));
    engine.start();
    await expect.poll(() => engine.runner.hold).toMatchObject({ reason: 'plan_limit' });
    await batches.cancel(undefined, 'anthropic', id);
    await expect.poll(async () => (await get(id)).status).toBe('ended');
  });

  it('gives back what is under way when it stops, and the next service goes on with it at once', async () => {
    const first = openBatches((_question, signal) => untilAborted(signal));
    const { id } = await first.create(requests(4));
    first.engine.start();
    await expect.poll(() => first.engine.runner.running).toBe(2);
    await first.stop();
    const { answer, asked } = noting();
    const second = openBatches(answer, { state: first.state, serviceId: 'service 2' });
    second.engine.start();
    await expect.poll(async () => (await second.get(id)).status).toBe('ended');
    expect([asked.length, (await second.get(id)).counts.succeeded]).toEqual([4, 4]);
  });

  it('takes over what a service had that is gone, at once where that is known, else when its claim has run out', async () => {
    let now = 1_000_000;
    const first = openBatches((_question, signal) => untilAborted(signal), { now: () => now, claimMs: 60_000 });
    const { id } = await first.create(requests(2));
    first.engine.start();
    await expect.poll(() => first.engine.runner.running).toBe(2);

    const { answer, asked } = noting();
    const shared = { state: first.state, now: () => now, claimMs: 60_000 };
    const second = openBatches(answer, { ...shared, serviceId: 'service 2' });
    second.engine.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual([]);
    now += 60_001;
    second.engine.runner.wake();
    await expect.poll(async () => (await second.get(id)).status).toBe('ended');
    expect(asked).toHaveLength(2);

    const other = await second.create(requests(1));
    await second.stop();
    const third = openBatches((_question, signal) => untilAborted(signal), { ...shared, serviceId: 'service 3' });
    third.engine.start();
    await expect.poll(() => third.engine.runner.running).toBe(1);
    const fourth = openBatches(answer, { ...shared, serviceId: 'service 4', isGone: (by) => by === 'service 3' });
    fourth.engine.start();
    await expect.poll(async () => (await fourth.get(other.id)).status).toBe('ended');
  });

  it('keeps no answer to what another service has taken over', async () => {
    let now = 1_000_000;
    let finish = (): void => undefined;
    const slow = openBatches(
      () =>
        new Promise((resolve) => {
          finish = () => {
            resolve(answered({ from: 'the slow one' }));
          };
        }),
      { now: () => now },
    );
    const { id } = await slow.create(requests(1));
    slow.engine.start();
    await expect.poll(() => slow.engine.runner.running).toBe(1);
    now += 1001;
    const other = openBatches(() => Promise.resolve(answered({ from: 'the other' })), {
      ...{ state: slow.state, serviceId: 'service 2', now: () => now },
    });
    other.engine.start();
    await expect.poll(async () => (await other.get(id)).status).toBe('ended');
    finish();
    await expect.poll(() => slow.engine.runner.running).toBe(0);
    expect(await other.results(id)).toMatchObject([{ response: { body: { from: 'the other' } } }]);
    expect((await other.get(id)).counts.succeeded).toBe(1);
    expect(slow.state.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('removes what a service has left of a batch that it was about to create', async () => {
    const { state, engine, batches } = openBatches(undefined, { serviceId: 'service 2' });
    state.file.write((database) => {
      database.exec(`INSERT INTO batches (id, family, status, created_at, expires_at, gone_at, run_by, run_until, metadata,
        details, faults) VALUES ('msgbatch_1', 'anthropic', 'creating', 1, 2, 3, 'service 1', 4, '{}', '{}', '[]')`);
      database.exec(`INSERT INTO batch_requests (batch, custom_id, path, model, prefix, state)
        VALUES (1, 'a', '/v1/messages', 'haiku', 1, 'queued')`);
    });
    engine.start();
    const count = (table: string): number =>
      state.file.read((database) => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()));
    await expect.poll(() => [count('batches'), count('batch_requests')]).toEqual([0, 0]);
    expect((await batches.list(undefined, 'anthropic', { limit: 1 })).data).toEqual([]);
  });

  it('runs nothing for a client whose token was taken away', async () => {
    const { answer, asked } = noting();
    const before = openBatches();
    const { id } = await before.create(requests(1), {}, 'gone');
    const known = await before.create(requests(1), {}, 'known');
    await before.stop();
    const { engine, get } = openBatches(answer, {
      ...{ state: before.state, serviceId: 'service 2' },
      accepts: (caller) => caller === 'known',
    });
    engine.start();
    await expect.poll(async () => (await get(known.id, 'known')).status).toBe('ended');
    expect([asked.length, (await get(id, 'gone')).status]).toEqual([1, 'in_progress']);
  });

  it('does not lose an answer while the state file cannot be used', async () => {
    let isBroken = false;
    const { state, engine, create, get } = openBatches(() => {
      isBroken = true;
      return Promise.resolve(answered());
    });
    const write = state.file.write.bind(state.file);
    state.file.write = (work) => {
      if (isBroken) {
        isBroken = false;
        throw failed('INTERNAL').error as Error;
      }
      return write(work);
    };
    const { id } = await create(requests(1));
    engine.start();
    await expect.poll(async () => (await get(id)).status).toBe('ended');
    expect((await get(id)).counts.succeeded).toBe(1);
  });
});
