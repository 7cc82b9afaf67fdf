import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TurnDeadline } from '../../src/admission/turn-deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => undefined);

function deadlineOf(signal = new AbortController().signal): TurnDeadline {
  return new TurnDeadline({ source: 'The API', signal, turnTimeoutMs: 10_000, idleTimeoutMs: 3000 });
}

describe('TurnDeadline', () => {
  it('ends a turn after its time, whatever comes meanwhile', async () => {
    const deadline = deadlineOf();
    for (let second = 0; second < 10; second++) {
      await deadline.listen(Promise.resolve());
      vi.advanceTimersByTime(1000);
    }
    expect(deadline.signal.reason).toMatchObject({
      code: 'TURN_TIMEOUT',
      message: expect.stringContaining('10 s') as string,
    });
  });

  it('ends a turn whose source is silent while it is listened to', () => {
    const deadline = deadlineOf();
    void deadline.listen(never);
    vi.advanceTimersByTime(2999);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({
      code: 'IDLE_TIMEOUT',
      message: 'The API was silent for 3 s (limits.idle_timeout).',
    });
  });

  it('does not take a slow client for a silent source', async () => {
    const deadline = deadlineOf();
    await deadline.listen(Promise.resolve());
    vi.advanceTimersByTime(9000);
    expect(deadline.signal.aborted).toBe(false);
  });

  it.each(['before', 'after'])('ends with the client’s reason, given %s the beginning', (when) => {
    const controller = new AbortController();
    const reason = new Error('gone');
    if (when === 'before') controller.abort(reason);
    const deadline = deadlineOf(controller.signal);
    controller.abort(reason);
    expect(deadline.signal.reason).toBe(reason);
  });

  it('leaves no timer and no listener', () => {
    const controller = new AbortController();
    const deadline = deadlineOf(controller.signal);
    deadline.dispose();
    expect(vi.getTimerCount()).toBe(0);
    controller.abort();
    expect(deadline.signal.aborted).toBe(false);
  });
});
