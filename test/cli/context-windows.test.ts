import { describe, expect, it, vi } from 'vitest';
import { ContextWindows } from '../../src/cli/context-windows.ts';
import { never } from '../support/hello.ts';
import { turnsWith } from './turns.ts';

describe('ContextWindows', () => {
  it('asks a process for the window of a model, once for each', async () => {
    const { pool, launched } = turnsWith('reports-window.sh', ['200000']);
    const windows = new ContextWindows(pool, never);
    expect(await Promise.all([windows.of('haiku'), windows.of('haiku')])).toEqual([200_000, 200_000]);
    expect(await windows.of('haiku')).toBe(200_000);
    expect(launched.map(({ model }) => model)).toEqual(['haiku']);
    expect(await windows.of('opus')).toBe(200_000);
    expect(launched.map(({ model }) => model)).toEqual(['haiku', 'opus']);
  });

  it('gives nothing where the CLI reports none', async () => {
    const { pool } = turnsWith('refuses-setup.sh', []);
    expect(await new ContextWindows(pool, never).of('haiku')).toBeUndefined();
  });

  it('gives nothing where no process can be had, and asks again the next time', async () => {
    const { pool } = turnsWith('fails.sh', []);
    const acquire = vi.spyOn(pool, 'acquire');
    const windows = new ContextWindows(pool, never);
    expect(await windows.of('haiku')).toBeUndefined();
    expect(await windows.of('haiku')).toBeUndefined();
    expect(acquire).toHaveBeenCalledTimes(2);
  });
});
