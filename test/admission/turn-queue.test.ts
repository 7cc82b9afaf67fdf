import { describe, expect, it } from 'vitest';
import { TurnQueue } from '../../src/admission/turn-queue.ts';

const never = new AbortController().signal;
const queueOf = (queueSize: number, queueTimeoutMs = 5000) =>
  new TurnQueue({ concurrentTurns: 1, queueSize, queueTimeoutMs });

describe('TurnQueue', () => {
  it('lets in as many turns as may run at a time', async () => {
    const queue = new TurnQueue({ concurrentTurns: 2, queueSize: 1, queueTimeoutMs: 5000 });
    await queue.enter(never);
    await queue.enter(never);
    expect([queue.active, queue.queued]).toEqual([2, 0]);
    const third = queue.enter(never);
    expect([queue.active, queue.queued]).toEqual([2, 1]);
    queue.leave();
    await third;
    expect([queue.active, queue.queued]).toEqual([2, 0]);
  });

  it('gives places in order of arrival, and none to a newcomer before', async () => {
    const queue = queueOf(3);
    const order: string[] = [];
    await queue.enter(never);
    const first = queue.enter(never).then(() => order.push('first'));
    const second = queue.enter(never).then(() => order.push('second'));
    queue.leave();
    const third = queue.enter(never).then(() => order.push('third'));
    await first;
    expect(order).toEqual(['first']);
    queue.leave();
    await second;
    queue.leave();
    await third;
    expect(order).toEqual(['first', 'second', 'third']);
    queue.leave();
    expect([queue.active, queue.queued]).toEqual([0, 0]);
  });

  it('gives places to those that wait when there are more, in order', async () => {
    const limits = { concurrentTurns: 1, queueSize: 3, queueTimeoutMs: 5000 };
    const queue = new TurnQueue(limits);
    await queue.enter(never);
    const order: string[] = [];
    const waiting = ['first', 'second', 'third'].map((name) => queue.enter(never).then(() => order.push(name)));
    limits.concurrentTurns = 3;
    queue.limitsChanged();
    await Promise.all(waiting.slice(0, 2));
    expect([order, queue.active, queue.queued]).toEqual([['first', 'second'], 3, 1]);
    queue.leave();
    await Promise.all(waiting);
  });

  it('takes no place away when there are fewer, and gives none until enough have left', async () => {
    const limits = { concurrentTurns: 3, queueSize: 3, queueTimeoutMs: 5000 };
    const queue = new TurnQueue(limits);
    for (let n = 0; n < 3; n += 1) await queue.enter(never);
    const fourth = queue.enter(never);
    limits.concurrentTurns = 1;
    queue.limitsChanged();
    expect(queue.active).toBe(3);
    queue.leave();
    queue.leave();
    expect([queue.active, queue.queued]).toEqual([1, 1]);
    queue.leave();
    await fourth;
    expect([queue.active, queue.queued]).toEqual([1, 0]);
  });

  it('refuses one more than may wait, at once', async () => {
    const queue = queueOf(1);
    await queue.enter(never);
    const waiting = queue.enter(never);
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    queue.leave();
    await waiting;
  });

  it('refuses whoever finds no place where nobody may wait', async () => {
    const queue = queueOf(0);
    await queue.enter(never);
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    queue.leave();
    await queue.enter(never);
  });

  it('lets nobody wait for longer than the timeout, and takes no place for who waited in vain', async () => {
    const queue = queueOf(2, 20);
    await queue.enter(never);
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'QUEUE_TIMEOUT' });
    expect([queue.active, queue.queued]).toEqual([1, 0]);
    queue.leave();
    expect(queue.active).toBe(0);
  });

  it('removes a turn from the queue when its request aborts', async () => {
    const queue = queueOf(2);
    const controller = new AbortController();
    await queue.enter(never);
    const gone = queue.enter(controller.signal);
    const next = queue.enter(never);
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(queue.queued).toBe(1);
    queue.leave();
    await next;
    expect([queue.active, queue.queued]).toEqual([1, 0]);
  });

  it('keeps the place of a turn that is running when its request aborts, until it leaves', async () => {
    const queue = queueOf(0);
    const controller = new AbortController();
    await queue.enter(controller.signal);
    controller.abort();
    expect(queue.active).toBe(1);
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    queue.leave();
    expect(queue.active).toBe(0);
  });

  it('takes no place for a request that is over already', async () => {
    const queue = queueOf(1);
    await expect(queue.enter(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(queue.active).toBe(0);
  });

  it('refuses newcomers once it is closed, and still serves those who wait', async () => {
    const queue = queueOf(1);
    await queue.enter(never);
    const waiting = queue.enter(never);
    queue.close();
    await expect(queue.enter(never)).rejects.toMatchObject({ code: 'DRAINING' });
    queue.leave();
    await waiting;
  });

  describe('with several clients', () => {
    const full = { code: 'QUEUE_FULL' };

    it('gives the next place to the one with the fewest turns under way', async () => {
      const queue = new TurnQueue({ concurrentTurns: 2, queueSize: 9, queueTimeoutMs: 5000 });
      const order: string[] = [];
      const wait = (client: string, name: string) => queue.enter(never, client).then(() => order.push(name));
      await queue.enter(never, 'greedy');
      await queue.enter(never, 'greedy');
      const places = [wait('greedy', 'g1'), wait('greedy', 'g2'), wait('modest', 'm1'), wait('modest', 'm2')];
      queue.leave('greedy');
      await places[2];
      queue.leave('greedy');
      await places[0];
      queue.leave('modest');
      await places[3];
      queue.leave('greedy');
      await places[1];
      expect(order).toEqual(['m1', 'g1', 'm2', 'g2']);
    });

    it('gives one who has fewer the last place of who has most, where the queue is full', async () => {
      const queue = queueOf(3);
      await queue.enter(never, 'greedy');
      const greedy = [1, 2, 3].map(() => queue.enter(never, 'greedy'));
      await expect(queue.enter(never, 'greedy')).rejects.toMatchObject(full);
      const refused = expect(greedy[2]).rejects.toMatchObject(full);
      const modest = queue.enter(never, 'modest');
      await refused;
      expect(queue.queued).toBe(3);
      // Two of one and one of the other is as even as three can be.
      await expect(queue.enter(never, 'modest')).rejects.toMatchObject(full);
      queue.leave('greedy');
      await modest;
      queue.leave('modest');
      await greedy[0];
      queue.leave('greedy');
      await greedy[1];
      queue.leave('greedy');
      expect([queue.active, queue.queued]).toEqual([0, 0]);
    });
  });
});
