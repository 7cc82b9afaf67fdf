import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { allAbilities } from '../../../src/cli/abilities.ts';
import { Pool, type PoolOptions } from '../../../src/cli/pool/pool.ts';
import { ReuseRule } from '../../../src/cli/pool/reuse-rule.ts';
import { Worker } from '../../../src/cli/pool/worker.ts';
import { cliMissingError } from '../../../src/process/cli-process.ts';
import { env, fixtureCli, temporaryDir } from '../../process/fixture.ts';
import { memoryLog, type MemoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';

export const never = new AbortController().signal;

export interface TestPool {
  pool: Pool;
  /** Every worker that was launched, in order. */
  launched: Worker[];
  log: MemoryLog;
  runtimeDir: string;
  /** What the next processes run; `undefined`: the CLI is not found. */
  fixture: string | undefined;
  now: number;
}

export function testPool(fixture: string | undefined, changes: Partial<PoolOptions> = {}): TestPool {
  const runtimeDir = temporaryDir();
  const log = memoryLog();
  const launched: Worker[] = [];
  const test: Omit<TestPool, 'pool'> = { launched, log, runtimeDir, fixture, now: 1_000_000 };
  const pool = new Pool({
    launch(model) {
      if (test.fixture === undefined) throw cliMissingError();
      const path = fixtureCli(test.fixture);
      const tmpDir = mkdtempSync(join(runtimeDir, 'w-'));
      const options = { path, args: [], env, workspace: tmpdir(), tmpDir, startTimeoutMs: 5000 };
      const worker = new Worker(model, test.now, options);
      launched.push(worker);
      return worker;
    },
    defaultModel: () => 'haiku',
    warmPerModel: 1,
    maxWarm: 4,
    idleAfterMs: 60_000,
    maxAgeMs: 600_000,
    maxSpawning: 4,
    reuse: new ReuseRule({ enabled: false, abilities: allAbilities, log }),
    maxTurns: 200,
    maxMemoryBytes: 2 ** 30,
    now: () => test.now,
    log,
    ...changes,
  });
  onTestFinished(() => pool.stop());
  return Object.assign(test, { pool });
}

export const warm = async ({ pool }: TestPool, count: number) => {
  await eventually(() => {
    expect(pool.idleCount).toBe(count);
  });
};
