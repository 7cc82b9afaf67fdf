import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allAbilities } from '../../../src/cli/abilities.ts';
import type { Setup } from '../../../src/cli/pool/repeated-setup.ts';
import { ReuseRule } from '../../../src/cli/pool/reuse-rule.ts';
import type { Worker } from '../../../src/cli/pool/worker.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { isAlive } from '../../process/fixture.ts';
import { eventually } from '../../util/eventually.ts';
import { never, testPool, warm, type TestPool } from './test-pool.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const modelsOf = (workers: Worker[]) => workers.map(({ model }) => model);

describe('Pool', () => {
  it('hands out a warm process, and replaces it once that has its request', async () => {
    const test = testPool('idle.sh', { warmPerModel: 2 });
    test.pool.start();
    await warm(test, 2);
    const acquired = await test.pool.acquire('haiku', never);
    expect(acquired.warm).toBe(true);
    expect(acquired.worker).toBe(test.launched[0]);
    expect(acquired.worker.state).toBe('busy');
    expect(test.pool.idleCount).toBe(1);
    await pause(300);
    expect(test.launched).toHaveLength(2);
    test.pool.fed();
    await warm(test, 2);
    expect(test.launched).toHaveLength(3);
  });

  it('replaces a process that ended without its request', async () => {
    const test = testPool('idle.sh');
    test.pool.start();
    await warm(test, 1);
    const { worker } = await test.pool.acquire('haiku', never);
    test.pool.release(worker, 'failed');
    await warm(test, 1);
    expect(test.launched).toHaveLength(2);
  });

  it('never hands out a process twice', async () => {
    const test = testPool('idle.sh', { warmPerModel: 3 });
    test.pool.start();
    await warm(test, 3);
    const acquired = await Promise.all(Array.from({ length: 5 }, () => test.pool.acquire('haiku', never)));
    expect(new Set(acquired.map(({ worker }) => worker)).size).toBe(5);
  });

  it('hands out the process that is being started rather than a second one', async () => {
    const test = testPool('slow-start.sh');
    test.pool.start();
    const { worker, warm: wasWarm } = await test.pool.acquire('haiku', never);
    expect(wasWarm).toBe(false);
    expect(worker).toBe(test.launched[0]);
  });

  it('starts a process on demand for a model that has none, and no other in its place', async () => {
    const test = testPool('idle.sh');
    test.pool.start();
    await warm(test, 1);
    const { worker, warm: wasWarm } = await test.pool.acquire('opus', never);
    expect([worker.model, wasWarm]).toEqual(['opus', false]);
    expect(modelsOf(test.launched)).toEqual(['haiku', 'opus']);
  });

  it('keeps as many ready as were asked for at once, for some minutes, and never more than it may', async () => {
    const test = testPool('idle.sh', { maxWarm: 3 });
    test.pool.start();
    await warm(test, 1);
    const burst = await Promise.all(Array.from({ length: 4 }, () => test.pool.acquire('haiku', never)));
    for (const { worker } of burst) test.pool.release(worker, 'failed');
    await warm(test, 3);
    test.now += 5 * 60_000;
    test.pool.keepWarm('haiku');
    await warm(test, 1);
  });

  describe('with requests of the same setup', () => {
    const setupOf = (key: string): Setup => ({ lines: [{ type: 'setup', key }], key });
    const ask = async ({ pool }: TestPool, setup?: Setup) => {
      const acquired = await pool.acquire('haiku', never, setup === undefined ? {} : { setup });
      pool.release(acquired.worker, 'failed');
      return acquired;
    };
    const prepared = async ({ launched }: TestPool, ...keys: (string | undefined)[]) => {
      await eventually(() => {
        const idle = launched.filter(({ state }) => state === 'idle');
        expect(idle.map(({ preparedFor }) => preparedFor).sort()).toEqual(keys);
      });
    };

    it('gives it to a waiting process, which serves the next of them, and none but them', async () => {
      const test = testPool('idle.sh', { warmPerModel: 2, maxWarm: 2 });
      test.pool.start();
      await warm(test, 2);
      expect((await ask(test, setupOf('a'))).prepared).toBe(false);
      await warm(test, 2);
      expect((await ask(test, setupOf('a'))).prepared).toBe(false);
      await prepared(test, 'a', undefined);

      expect((await ask(test, setupOf('b'))).prepared).toBe(false);
      await prepared(test, 'a', undefined);
      expect(await ask(test)).toMatchObject({ prepared: false, warm: true });
      await prepared(test, 'a', undefined);
      expect(await ask(test, setupOf('a'))).toMatchObject({ prepared: true, warm: true });
    });

    it('ends what was prepared for another, once that is over', async () => {
      const test = testPool('idle.sh', { warmPerModel: 2, maxWarm: 2 });
      test.pool.start();
      for (const key of ['a', 'a', 'b', 'b']) {
        await warm(test, 2);
        await ask(test, setupOf(key));
      }
      await prepared(test, 'b', undefined);
    });
  });

  it('keeps a model warm that was used, until it has not been for the set time', async () => {
    const test = testPool('idle.sh', { idleAfterMs: 500 });
    test.pool.start();
    test.pool.keepWarm('opus');
    await warm(test, 2);
    const opus = test.launched.find(({ model }) => model === 'opus');
    test.now += 501;
    await eventually(() => {
      expect(opus?.state).toBe('dead');
    });
    await pause(120);
    expect(modelsOf(test.launched.filter(({ state }) => state === 'idle'))).toEqual(['haiku']);
  });

  it('keeps no more processes than it may, those of the models used last', async () => {
    const test = testPool('idle.sh', { maxWarm: 2 });
    test.pool.start();
    await warm(test, 1);
    test.pool.keepWarm('opus');
    await warm(test, 2);
    test.pool.keepWarm('sonnet');
    await eventually(() => {
      expect(modelsOf(test.launched.filter(({ state }) => state === 'idle')).sort()).toEqual(['opus', 'sonnet']);
    });
  });

  it('starts no more processes at a time than it may', async () => {
    const test = testPool('slow-start.sh', { warmPerModel: 3, maxSpawning: 1 });
    test.pool.start();
    let most = 0;
    const sample = setInterval(() => {
      most = Math.max(most, test.launched.filter(({ state }) => state === 'starting').length);
    }, 5);
    await warm(test, 3);
    clearInterval(sample);
    expect(most).toBe(1);
  });

  it('replaces processes that have grown old, one at a time', async () => {
    const test = testPool('slow-start.sh', { warmPerModel: 3, maxAgeMs: 500 });
    test.pool.start();
    await warm(test, 3);
    const old = [...test.launched];
    test.now += 501;
    let fewest = 3;
    const sample = setInterval(() => {
      fewest = Math.min(fewest, test.pool.idleCount);
    }, 1);
    await eventually(() => {
      expect(old.every(({ state }) => state === 'dead')).toBe(true);
      expect(test.pool.idleCount).toBe(3);
    });
    clearInterval(sample);
    expect(fewest).toBe(2);
    expect(test.launched).toHaveLength(6);
  });

  it('keeps old processes as long as no new ones can be started', async () => {
    const test = testPool('idle.sh', { warmPerModel: 3, maxAgeMs: 500 });
    test.pool.start();
    await warm(test, 3);
    test.fixture = 'fails.sh';
    test.now += 501;
    await eventually(() => {
      expect(test.pool.failure).toBeDefined();
    });
    await pause(150);
    expect(test.pool.idleCount).toBe(2);
  });

  it('replaces a warm process that dies while it is idle', async () => {
    const test = testPool('idle.sh', { now: Date.now });
    test.pool.start();
    await warm(test, 1);
    process.kill(test.launched[0]?.cli.pid ?? 0, 'SIGKILL');
    await eventually(() => {
      expect(test.launched[1]?.state).toBe('idle');
    });
    expect(await test.pool.acquire('haiku', never)).toMatchObject({ warm: true });
  });

  it('ends a process that was released', async () => {
    const test = testPool('idle.sh');
    test.pool.start();
    const { worker } = await test.pool.acquire('haiku', never);
    test.pool.release(worker, 'failed');
    await worker.gone;
    expect(isAlive(worker.cli.pid)).toBe(false);
  });
});

describe('Pool, with processes that are used again', () => {
  it('lets no request overtake one that waits for the same process', async () => {
    const log = memoryLog();
    const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log });
    const { pool, launched } = testPool('idle.sh', { warmPerModel: 0, reuse });
    const setup: Setup = { lines: [], key: 'a' };
    const { worker } = await pool.acquire('haiku', never, { setup });
    worker.adopt('a');
    const order: string[] = [];
    const ask = async (name: string) => {
      await pool.acquire('haiku', never, { setup });
      order.push(name);
      pool.giveBack(worker, () => Promise.resolve({ emptied: true, rewound: true }));
    };
    const first = ask('first');
    pool.giveBack(worker, async () => {
      await pause(50);
      return { emptied: true, rewound: true };
    });
    await Promise.all([first, ask('second'), ask('third')]);
    expect(order).toEqual(['first', 'second', 'third']);
    expect(launched).toHaveLength(1);
  });

  it('gives the process that was started for the one that waits longest to the next, where another came back first', async () => {
    const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() });
    const { pool, launched } = testPool('slow-start.sh', { warmPerModel: 0, reuse });
    const setup: Setup = { lines: [], key: 'a' };
    const { worker } = await pool.acquire('haiku', never, { setup });
    worker.adopt('a');
    const order: string[] = [];
    const ask = async (name: string) => {
      const acquired = await pool.acquire('haiku', never, { setup });
      order.push(name);
      return acquired.worker;
    };
    const first = ask('first');
    const second = ask('second');
    // Each has waited for as long as a start takes.
    await eventually(() => {
      expect(launched).toHaveLength(3);
    });
    pool.giveBack(worker, () => Promise.resolve({ emptied: true, rewound: true }));
    expect(await first).toBe(worker);
    expect(launched).toContain(await second);
    expect(order).toEqual(['first', 'second']);
  });

  describe('for a turn that nobody waits for', () => {
    const idle = { priority: 'idle' } as const;

    it('leaves the last plain process that waits, and starts another', async () => {
      const test = testPool('idle.sh');
      test.pool.start();
      await warm(test, 1);
      const { worker, warm: wasWarm } = await test.pool.acquire('haiku', never, idle);
      expect([worker, wasWarm]).toEqual([test.launched[1], false]);
      expect((await test.pool.acquire('haiku', never)).worker).toBe(test.launched[0]);
    });

    it('takes one of several', async () => {
      const test = testPool('idle.sh', { warmPerModel: 2 });
      test.pool.start();
      await warm(test, 2);
      expect((await test.pool.acquire('haiku', never, idle)).warm).toBe(true);
      expect((await test.pool.acquire('haiku', never, idle)).warm).toBe(false);
    });

    it('leaves the one that is being started', async () => {
      const test = testPool('slow-start.sh');
      test.pool.start();
      const [own, other] = await Promise.all([
        test.pool.acquire('haiku', never, idle),
        test.pool.acquire('haiku', never),
      ]);
      expect(other.worker).toBe(test.launched[0]);
      expect(own.worker).toBe(test.launched[1]);
    });

    it('keeps no more ready than before', async () => {
      const test = testPool('idle.sh');
      test.pool.start();
      await warm(test, 1);
      const burst = await Promise.all(Array.from({ length: 3 }, () => test.pool.acquire('haiku', never, idle)));
      for (const { worker } of burst) test.pool.release(worker, 'failed');
      await pause(300);
      expect(test.pool.idleCount).toBe(1);
    });
  });

  describe('while a process of the same prompt is in use, and a plain one waits', () => {
    const setup: Setup = { lines: [], key: 'a' };
    const emptied = () => Promise.resolve({ emptied: true, rewound: true } as const);

    /** With a process of the prompt whose last turn took so long, in use again. */
    async function inUse(turnMs: number): Promise<TestPool & { used: Worker }> {
      const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() });
      const test = testPool('idle.sh', { reuse });
      test.pool.start();
      await warm(test, 1);
      const { worker: used } = await test.pool.acquire('haiku', never, { setup });
      used.adopt('a');
      test.now += turnMs;
      test.pool.giveBack(used, emptied);
      await warm(test, 2);
      expect((await test.pool.acquire('haiku', never, { setup })).worker).toBe(used);
      return Object.assign(test, { used });
    }

    it('lets a request wait for the one that comes back soon', async () => {
      const { pool, used } = await inUse(30);
      const next = pool.acquire('haiku', never, { setup });
      pool.giveBack(used, emptied);
      expect(await next).toMatchObject({ worker: used, prepared: true });
    });

    it('gives the plain one to a request that would wait longer, those before it included', async () => {
      const { pool, launched, used } = await inUse(30);
      const requests = Array.from({ length: 4 }, () => pool.acquire('haiku', never, { setup }));
      await pause(0);
      // The fourth would wait for 120 ms, so the first of them has it.
      expect(launched[1]?.state).toBe('busy');
      expect(await requests[0]).toMatchObject({ worker: launched[1], prepared: false });
      for (const request of requests.slice(1)) {
        pool.giveBack(used, emptied);
        expect(await request).toMatchObject({ worker: used });
      }
    });

    it('gives the plain one at once where turns take long', async () => {
      const { pool, launched } = await inUse(2000);
      const request = pool.acquire('haiku', never, { setup });
      expect(launched[1]?.state).toBe('busy');
      expect(await request).toMatchObject({ worker: launched[1], prepared: false });
    });

    it('gives the plain one to a request whose process does not come back after all', async () => {
      const { pool, launched } = await inUse(30);
      expect(await pool.acquire('haiku', never, { setup })).toMatchObject({ worker: launched[1] });
      expect(launched).toHaveLength(2);
    });

    it('gives the plain one to another prompt', async () => {
      const { pool, launched } = await inUse(30);
      const other: Setup = { lines: [], key: 'b' };
      expect(await pool.acquire('haiku', never, { setup: other })).toMatchObject({ worker: launched[1] });
    });
  });

  it('keeps a process whose prompt came once for half a minute, and one whose prompt came again as long as a model', async () => {
    const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() });
    const test = testPool('idle.sh', { reuse, idleAfterMs: 600_000, maxAgeMs: 6_000_000 });
    const ask = async (key: string) => {
      const { worker } = await test.pool.acquire('haiku', never, { setup: { lines: [], key } });
      worker.adopt(key);
      test.pool.giveBack(worker, () => Promise.resolve({ emptied: true, rewound: true }));
      await worker.ready;
      return worker;
    };
    test.pool.start();
    const again = await ask('again');
    expect(await ask('again')).toBe(again);
    const once = await ask('once');
    test.now += 31_000;
    test.pool.keepWarm('haiku');
    await once.gone;
    test.now += 500_000;
    test.pool.keepWarm('haiku');
    await pause(300);
    expect(again.state).toBe('idle');
  });

  it('fails a request that waits with the failure of the start for it', async () => {
    const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() });
    const test = testPool('idle.sh', { warmPerModel: 0, reuse });
    const setup: Setup = { lines: [], key: 'a' };
    const { worker } = await test.pool.acquire('haiku', never, { setup });
    worker.adopt('a');
    test.fixture = undefined;
    await expect(test.pool.acquire('haiku', never, { setup })).rejects.toMatchObject({ code: 'CLI_MISSING' });
  });
});

describe('Pool, while the CLI does not start', () => {
  it('tries again with growing waits and not in a circle', async () => {
    const test = testPool('fails.sh', { warmPerModel: 2, now: Date.now });
    test.pool.start();
    await pause(300);
    // The first two, and those of the next one or two tries.
    expect(test.launched.length).toBeGreaterThanOrEqual(2);
    expect(test.launched.length).toBeLessThanOrEqual(6);
    expect(test.pool.failure).toMatchObject({ code: 'CLI_FAILED', facts: { exit: 3 } });
    expect(test.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('starts processes that end as soon as they are ready with growing waits, too', async () => {
    const test = testPool('quits-when-idle.sh', { now: Date.now });
    test.pool.start();
    await pause(300);
    expect(test.launched.length).toBeGreaterThan(0);
    expect(test.launched.length).toBeLessThanOrEqual(3);
    expect(test.log.lines[0]).toMatchObject({ level: 'warn', fields: { pid: test.launched[0]?.cli.pid } });
  });

  it('answers requests with the failure at once, and starts nothing for them', async () => {
    const test = testPool('fails.sh');
    test.pool.start();
    await eventually(() => {
      expect(test.pool.failure).toBeDefined();
    });
    const before = test.launched.length;
    await expect(test.pool.acquire('haiku', never)).rejects.toMatchObject({
      code: 'CLI_FAILED',
      facts: { exit: 3, retryAfterMs: expect.any(Number) as number },
    });
    expect(test.launched).toHaveLength(before);
  });

  it('gives a request that waited for the start its failure', async () => {
    const test = testPool('fails.sh');
    await expect(test.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'CLI_FAILED' });
  });

  it('recovers by itself when the CLI is repaired', async () => {
    const test = testPool('fails.sh', { now: Date.now });
    test.pool.start();
    await eventually(() => {
      expect(test.pool.failure).toBeDefined();
    });
    test.fixture = 'idle.sh';
    await warm(test, 1);
    expect(test.pool.failure).toBeUndefined();
    expect(test.log.lines.at(-1)).toMatchObject({ level: 'info' });
  });

  it('says so when the CLI is missing, and finds it when it is there again', async () => {
    const test = testPool(undefined, { now: Date.now });
    test.pool.start();
    expect(test.pool.failure).toMatchObject({ code: 'CLI_MISSING' });
    await expect(test.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'CLI_MISSING' });
    test.fixture = 'idle.sh';
    await warm(test, 1);
    expect(test.pool.failure).toBeUndefined();
  });

  it('calls a program that vanished missing too', async () => {
    const test = testPool('no-such-program');
    test.pool.start();
    await eventually(() => {
      expect(test.pool.failure).toMatchObject({ code: 'CLI_MISSING' });
    });
  });

  it('gives back the places of failed starts', async () => {
    const test = testPool(undefined, { maxSpawning: 1, now: Date.now });
    await expect(test.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'CLI_MISSING' });
    test.fixture = 'fails.sh';
    test.pool.start();
    await eventually(() => {
      expect(test.launched.length).toBeGreaterThan(0);
    });
    test.fixture = 'idle.sh';
    await warm(test, 1);
  });
});

describe('Pool, when requests go away', () => {
  it('keeps the process that a request was waiting for', async () => {
    const test = testPool('slow-start.sh');
    test.pool.start();
    const controller = new AbortController();
    const acquired = test.pool.acquire('haiku', controller.signal);
    controller.abort(new Error('gone'));
    await expect(acquired).rejects.toThrow('gone');
    const { worker } = await test.pool.acquire('haiku', never);
    expect(worker).toBe(test.launched[0]);
  });

  it('keeps a process that was started on demand as well', async () => {
    const test = testPool('slow-start.sh');
    const controller = new AbortController();
    const acquired = test.pool.acquire('opus', controller.signal);
    await eventually(() => {
      expect(test.launched).toHaveLength(1);
    });
    controller.abort(new Error('gone'));
    await expect(acquired).rejects.toThrow('gone');
    expect(await test.pool.acquire('opus', never)).toMatchObject({ worker: test.launched[0] });
  });

  it('starts nothing for a request that went away before its start', async () => {
    const test = testPool('slow-start.sh', { maxSpawning: 1 });
    const controller = new AbortController();
    const first = test.pool.acquire('haiku', never);
    const second = test.pool.acquire('opus', controller.signal);
    controller.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await first;
    expect(modelsOf(test.launched).includes('opus')).toBe(false);
  });
});

describe('Pool, at its end', () => {
  it('ends the warm processes when it drains, and lets those in use go on', async () => {
    const test = testPool('idle.sh', { warmPerModel: 2 });
    test.pool.start();
    await warm(test, 2);
    const { worker } = await test.pool.acquire('haiku', never);
    test.pool.drain();
    await eventually(() => {
      expect(test.launched.filter(({ state }) => state !== 'dead')).toEqual([worker]);
    });
    expect(isAlive(worker.cli.pid)).toBe(true);
    await pause(60);
    expect(test.launched.filter(({ state }) => state !== 'dead')).toEqual([worker]);
  });

  it('gives a process that comes back to a request that waits for it, and ends it when none does', async () => {
    const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() });
    const test = testPool('idle.sh', { warmPerModel: 0, reuse });
    const { pool, launched } = test;
    const setup: Setup = { lines: [], key: 'a' };
    const { worker } = await pool.acquire('haiku', never, { setup });
    worker.adopt('a');
    const waiting = pool.acquire('haiku', never, { setup });
    pool.drain();
    pool.giveBack(worker, () => Promise.resolve({ emptied: true, rewound: true }));
    expect((await waiting).worker).toBe(worker);
    pool.giveBack(worker, () => Promise.resolve({ emptied: true, rewound: true }));
    await worker.gone;
    expect(launched).toHaveLength(1);
  });

  it('still serves a turn that was in the queue when it drains', async () => {
    const test = testPool('idle.sh');
    test.pool.drain();
    expect((await test.pool.acquire('haiku', never)).worker.state).toBe('busy');
  });

  it('leaves no process and no file behind when it stops', async () => {
    const test = testPool('slow-start.sh', { warmPerModel: 3 });
    test.pool.start();
    const { worker } = await test.pool.acquire('haiku', never);
    await test.pool.stop();
    expect(worker.state).toBe('dead');
    expect(test.launched.some(({ cli }) => isAlive(cli.pid))).toBe(false);
    expect(readdirSync(test.runtimeDir)).toEqual([]);
    const before = test.launched.length;
    await pause(100);
    expect(test.launched).toHaveLength(before);
  });

  it('starts nothing more once it is stopped', async () => {
    const test = testPool('idle.sh');
    await test.pool.stop();
    await expect(test.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'DRAINING' });
    expect(test.launched).toEqual([]);
  });
});
