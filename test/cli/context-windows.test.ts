import { afterEach, describe, expect, it, vi } from 'vitest';
import { ContextWindows, type ContextWindowsOptions } from '../../src/cli/context-windows.ts';
import { createDeferred } from '../../src/util/deferred.ts';
import { never } from '../support/hello.ts';
import { turnsWith } from './turns.ts';

const windowsOf = (pool: ContextWindowsOptions['pool'], changes: Partial<ContextWindowsOptions> = {}) =>
  new ContextWindows({
    pool,
    resolvedName: (model) => (model === 'default' ? 'sonnet' : model),
    version: () => '2.1.332',
    signal: never,
    ticks: () => 0,
    ...changes,
  });

describe('ContextWindows', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks a process for the window of each model that serves, once', async () => {
    const { pool, launched } = turnsWith('reports-window.sh', ['200000']);
    const windows = windowsOf(pool);
    expect(windows.of('sonnet')).toBeUndefined();
    await Promise.all([windows.learn(['default', 'sonnet', 'opus']), windows.learn(['default', 'sonnet', 'opus'])]);
    await windows.learn(['opus', 'default']);
    expect(['default', 'sonnet', 'opus'].map((model) => windows.of(model))).toEqual([200_000, 200_000, 200_000]);
    expect(launched.map(({ model }) => model)).toEqual(['default', 'opus']);
  });

  it('asks again after an update of the CLI, which may serve a longer one', async () => {
    let version = '2.1.197';
    const { pool, launched } = turnsWith('reports-window.sh', ['200000']);
    const windows = windowsOf(pool, { version: () => version });
    await windows.learn(['opus']);
    version = '2.1.332';
    expect(windows.of('opus')).toBeUndefined();
    await windows.learn(['opus']);
    expect(windows.of('opus')).toBe(200_000);
    expect(launched.length).toBeGreaterThan(0);
  });

  it('keeps the long window of a model apart', async () => {
    const { pool } = turnsWith('reports-window.sh', ['1000000']);
    const windows = windowsOf(pool, { resolvedName: () => 'claude-opus' });
    await windows.learn(['opus[1m]']);
    expect([windows.of('opus[1m]'), windows.of('opus')]).toEqual([1_000_000, undefined]);
  });

  it('gives nothing where the CLI reports none', async () => {
    const { pool } = turnsWith('refuses-setup.sh', []);
    const windows = windowsOf(pool);
    await windows.learn(['haiku']);
    expect(windows.of('haiku')).toBeUndefined();
  });

  it('gives nothing where no process can be had, and asks again only after a minute', async () => {
    let now = 0;
    const { pool } = turnsWith('fails.sh', []);
    const acquire = vi.spyOn(pool, 'acquire');
    const windows = windowsOf(pool, { ticks: () => now });
    await windows.learn(['haiku']);
    await windows.learn(['haiku']);
    expect(acquire).toHaveBeenCalledTimes(1);
    now = 60_000;
    await windows.learn(['haiku']);
    expect(acquire).toHaveBeenCalledTimes(2);
    expect(windows.of('haiku')).toBeUndefined();
  });

  it('keeps nobody waiting for long, and goes on asking', async () => {
    const { pool } = turnsWith('reports-window.sh', ['200000']);
    const acquire = pool.acquire.bind(pool);
    const gate = createDeferred<undefined>();
    vi.spyOn(pool, 'acquire').mockImplementation(async (...args) => {
      await gate.promise;
      return acquire(...args);
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const windows = windowsOf(pool);
    const learned = windows.learn(['haiku']);
    await vi.advanceTimersByTimeAsync(5000);
    await learned;
    expect(windows.of('haiku')).toBeUndefined();

    vi.useRealTimers();
    gate.resolve(undefined);
    await windows.learn(['haiku']);
    expect(windows.of('haiku')).toBe(200_000);
  });
});
