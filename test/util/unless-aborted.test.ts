import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { unlessAborted } from '../../src/util/unless-aborted.ts';

const never = new Promise<never>(() => undefined);

describe('unlessAborted', () => {
  it('gives the value of what it waits for, or its failure', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve('value'), signal)).toBe('value');
    await expect(unlessAborted(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('cleans up and throws the reason when the signal aborts first, and when it had aborted before', async () => {
    const controller = new AbortController();
    const cleanUp = vi.fn();
    const waiting = unlessAborted(never, controller.signal, cleanUp);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(cleanUp).toHaveBeenCalledTimes(1);
    await expect(unlessAborted(never, controller.signal, cleanUp)).rejects.toThrow('gone');
    expect(cleanUp).toHaveBeenCalledTimes(2);
  });

  it('gives what was there before the signal aborted', async () => {
    const controller = new AbortController();
    let resolve!: (value: string) => void;
    const waiting = unlessAborted(new Promise<string>((onResolve) => (resolve = onResolve)), controller.signal);
    resolve('value');
    controller.abort(new Error('gone'));
    expect(await waiting).toBe('value');
  });
});
