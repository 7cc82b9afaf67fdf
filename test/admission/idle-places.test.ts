import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TurnQueue } from '../../src/admission/turn-queue.ts';

const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(concurrentTurns = 4, queueSize = 1) {
  const idle = { quietMs: 500, patienceMs: 10_000, now: Date.now };
  const queue = new TurnQueue({ concurrentTurns, queueSize, queueTimeoutMs: 5000, idle });
  const begun: string[] = [];
  const begin = (name: string, signal = never): Promise<unknown> =>
    queue.enter(signal, '', 'idle').then(() => begun.push(name));
  return { queue, begun, begin };
}

const passing = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('turns that nobody waits for', () => {
  it('begin at once while nobody else asks', async () => {
    const { queue, begun, begin } = open();
    await Promise.all([begin('a'), begin('b')]);
    expect([begun, queue.active, queue.queued]).toEqual([['a', 'b'], 2, 0]);
    queue.leave('', 'idle');
    expect(queue.active).toBe(1);
  });

  it('leave a place free for who comes next', async () => {
    const { queue, begun, begin } = open(3);
    void begin('a');
    void begin('b');
    void begin('c');
    await passing(20_000);
    expect(begun).toEqual(['a', 'b']);
    queue.leave('', 'idle');
    await passing(0);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('begin one at a time where there is but one place', async () => {
    const { queue, begun, begin } = open(1);
    void begin('a');
    void begin('b');
    await passing(20_000);
    expect(begun).toEqual(['a']);
    queue.leave('', 'idle');
    await passing(0);
    expect(begun).toEqual(['a', 'b']);
  });

  it('take no place from those who wait for their answers, and make none wait or be refused', async () => {
    const { queue, begun, begin } = open(2, 0);
    await begin('a');
    await queue.enter(never);
    await queue.enter(never);
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect([begun, queue.active]).toEqual([['a'], 3]);
  });

  it('wait until the last of the others has been gone for a moment', async () => {
    const { queue, begun, begin } = open();
    await queue.enter(never);
    void begin('a');
    await passing(3000);
    queue.leave();
    await passing(400);
    await queue.enter(never);
    await passing(200);
    queue.leave();
    await passing(499);
    expect(begun).toEqual([]);
    await passing(1);
    expect(begun).toEqual(['a']);
  });

  it('begin after a while, one by one, where there is no such moment', async () => {
    const { queue, begun, begin } = open();
    await queue.enter(never);
    void begin('a');
    void begin('b');
    await passing(9999);
    expect(begun).toEqual([]);
    await passing(1);
    expect(begun).toEqual(['a']);
    await passing(10_000);
    expect(begun).toEqual(['a', 'b']);
  });

  it('do not begin while anybody waits for a place, however long that lasts', async () => {
    const { queue, begun, begin } = open(1);
    await queue.enter(never);
    void begin('a');
    const waiting = queue.enter(never).catch((error: unknown) => error);
    await passing(4999);
    queue.leave();
    await waiting;
    await passing(60_000);
    expect(begun).toEqual([]);
    queue.leave();
    await passing(500);
    expect(begun).toEqual(['a']);
  });

  it('leave the queue with their signal, and hold nothing then', async () => {
    const { queue, begun, begin } = open(1);
    await queue.enter(never);
    const ending = new AbortController();
    const gone = begin('a', ending.signal);
    ending.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    queue.leave();
    await passing(20_000);
    expect([begun, queue.active]).toEqual([[], 0]);
    await begin('b');
  });

  it('end with the queue', async () => {
    const { queue, begin } = open(1);
    await queue.enter(never);
    const waiting = begin('a');
    queue.close();
    await expect(waiting).rejects.toMatchObject({ code: 'DRAINING' });
    await expect(begin('b')).rejects.toMatchObject({ code: 'DRAINING' });
  });
});
