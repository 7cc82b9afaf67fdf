import { describe, expect, it } from 'vitest';
import { allAbilities } from '../../../src/cli/abilities.ts';
import type { PoolFigures } from '../../../src/core/pool-figures.ts';
import type { PoolOptions } from '../../../src/cli/pool/pool.ts';
import { ReuseRule } from '../../../src/cli/pool/reuse-rule.ts';
import type { RewindOutcome } from '../../../src/cli/rewind.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';
import { never, testPool, warm, type TestPool } from './test-pool.ts';

const setup = { lines: [], key: 'a' };
const emptied: RewindOutcome = { emptied: true, rewound: true };

/** A pool whose processes serve again, and which starts none ahead of demand. */
const reusing = (changes: Partial<PoolOptions> = {}): TestPool =>
  testPool('idle.sh', {
    warmPerModel: 0,
    reuse: new ReuseRule({ enabled: true, abilities: allAbilities, log: memoryLog() }),
    ...changes,
  });

/** Lends a process to one turn, and takes it back. */
async function serve({ pool }: TestPool, outcome: RewindOutcome = emptied): Promise<void> {
  const { worker } = await pool.acquire('haiku', never, { setup });
  worker.adopt(setup.key);
  pool.giveBack(worker, () => Promise.resolve(outcome));
  await worker.ready.catch(() => worker.gone);
}

/** Those that are not 0. */
const some = (counts: PoolFigures['ends' | 'processes']) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

const endsOf = ({ pool }: TestPool) => some(pool.figures.ends);

describe('the figures of the pool', () => {
  it('tell how often a process was used, and what it does', async () => {
    const test = reusing();
    await serve(test);
    await serve(test);
    const { starts, failedStarts, uses, processes } = test.pool.figures;
    expect({ starts, failedStarts, uses, processes: some(processes) }).toEqual({
      starts: 1,
      failedStarts: 0,
      uses: 2,
      processes: { idle: 1 },
    });
    await test.pool.acquire('haiku', never, { setup });
    expect(some(test.pool.figures.processes)).toEqual({ busy: 1 });
    expect(endsOf(test)).toEqual({});
  });

  it('tell that a process has served as often as it may', async () => {
    const test = reusing({ maxTurns: 2 });
    await serve(test);
    await serve(test);
    expect(endsOf(test)).toEqual({ max_turns: 1 });
  });

  it('tell that a process was too old after its turn', async () => {
    const test = reusing({ maxAgeMs: 1000 });
    const { worker } = await test.pool.acquire('haiku', never);
    test.now += 1001;
    test.pool.giveBack(worker, () => Promise.resolve(emptied));
    await eventually(() => {
      expect(endsOf(test)).toEqual({ max_age: 1 });
    });
  });

  it('tell that a process could not be emptied', async () => {
    const test = reusing();
    await serve(test, { emptied: false, refused: false, reason: 'no answer' });
    await eventually(() => {
      expect(endsOf(test)).toEqual({ not_emptied: 1 });
    });
  });

  it('tell that a process occupies too much memory', async () => {
    const test = reusing({ maxMemoryBytes: 1 });
    await serve(test);
    await eventually(() => {
      expect(endsOf(test)).toEqual({ outgrown: 1 });
    });
  });

  it('tell that processes serve one turn each', async () => {
    const test = testPool('idle.sh', { warmPerModel: 0 });
    await serve(test);
    expect(endsOf(test)).toEqual({ single_use: 1 });
  });

  it('tell that the login has changed', async () => {
    const test = testPool('idle.sh');
    test.pool.start();
    await warm(test, 1);
    test.pool.renew();
    expect(endsOf(test)).toEqual({ login_changed: 1 });
  });

  it('tell that a waiting process ended by itself', async () => {
    const test = testPool('idle.sh');
    test.pool.start();
    await warm(test, 1);
    process.kill(test.launched[0]?.cli.pid ?? 0, 'SIGKILL');
    await eventually(() => {
      expect(endsOf(test)).toEqual({ exited: 1 });
    });
  });

  it('tell of starts that failed, with a process and without', async () => {
    const broken = testPool('fails.sh', { warmPerModel: 0 });
    await expect(broken.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'CLI_FAILED' });
    expect(broken.pool.figures).toMatchObject({ starts: 1, failedStarts: 1 });
    expect(endsOf(broken)).toEqual({ start_failed: 1 });

    const missing = testPool(undefined, { warmPerModel: 0 });
    await expect(missing.pool.acquire('haiku', never)).rejects.toMatchObject({ code: 'CLI_MISSING' });
    expect(missing.pool.figures).toMatchObject({ starts: 0, failedStarts: 1 });
  });

  it('tell the first reason of a process, and no other', async () => {
    const test = testPool('idle.sh', { warmPerModel: 0 });
    const { worker } = await test.pool.acquire('haiku', never);
    test.pool.release(worker, 'failed');
    await test.pool.stop();
    expect(endsOf(test)).toEqual({ failed: 1 });
  });

  it('tell that the service has stopped', async () => {
    const test = testPool('idle.sh', { warmPerModel: 2 });
    test.pool.start();
    await warm(test, 2);
    await test.pool.stop();
    expect(endsOf(test)).toEqual({ stopped: 2 });
    expect(some(test.pool.figures.processes)).toEqual({});
  });
});
