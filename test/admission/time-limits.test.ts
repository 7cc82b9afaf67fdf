import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeLimits } from '../../src/admission/time-limits.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);

function limitsOf(signal = new AbortController().signal): TimeLimits {
  return new TimeLimits({ signal, turnTimeoutMs: 10_000, idleTimeoutMs: 3000 });
}

describe('TimeLimits', () => {
  it('ends a turn after its time, whatever comes meanwhile', async () => {
    const limits = limitsOf();
    for (let second = 0; second < 10; second++) {
      await limits.listen(Promise.resolve());
      vi.advanceTimersByTime(1000);
    }
    expect(limits.signal.reason).toMatchObject({
      code: 'TURN_TIMEOUT',
      message: expect.stringContaining('10 s') as string,
    });
  });

  it('ends a turn whose API is silent while it is listened to', () => {
    const limits = limitsOf();
    void limits.listen(never);
    vi.advanceTimersByTime(2999);
    expect(limits.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(limits.signal.reason).toMatchObject({ code: 'IDLE_TIMEOUT' });
  });

  it('does not take a slow client for a silent API', async () => {
    const limits = limitsOf();
    await limits.listen(Promise.resolve());
    vi.advanceTimersByTime(9000);
    expect(limits.signal.aborted).toBe(false);
  });

  it.each(['before', 'after'])('ends with the client’s reason, given %s the beginning', (when) => {
    const controller = new AbortController();
    const reason = new Error('gone');
    if (when === 'before') controller.abort(reason);
    const limits = limitsOf(controller.signal);
    controller.abort(reason);
    expect(limits.signal.reason).toBe(reason);
  });

  it('ends the wait for what knows no signal', async () => {
    const controller = new AbortController();
    const limits = limitsOf(controller.signal);
    const waiting = limits.bound(never);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(limits.bound(never)).rejects.toThrow('gone');
    expect(await limitsOf().bound(Promise.resolve('value'))).toBe('value');
  });

  it('leaves no timer and no listener', () => {
    const controller = new AbortController();
    const limits = limitsOf(controller.signal);
    limits.dispose();
    expect(vi.getTimerCount()).toBe(0);
    controller.abort();
    expect(limits.signal.aborted).toBe(false);
  });
});
