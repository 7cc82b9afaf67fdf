import { describe, expect, it } from 'vitest';
import { SpawnGate } from '../../../src/cli/pool/spawn-gate.ts';

const never = new AbortController().signal;

describe('SpawnGate', () => {
  it('lets in as many as there are places', () => {
    const gate = new SpawnGate(2);
    expect([gate.tryEnter(), gate.tryEnter(), gate.tryEnter()]).toEqual([true, true, false]);
    gate.leave();
    expect(gate.tryEnter()).toBe(true);
  });

  it('lets those who wait in, in their order, before anyone who just tries', async () => {
    const gate = new SpawnGate(1);
    const order: string[] = [];
    await gate.enter(never);
    const first = gate.enter(never).then(() => order.push('first'));
    const second = gate.enter(never).then(() => order.push('second'));
    gate.leave();
    expect(gate.tryEnter()).toBe(false);
    await first;
    expect(order).toEqual(['first']);
    gate.leave();
    await second;
    expect(order).toEqual(['first', 'second']);
    gate.leave();
    expect(gate.tryEnter()).toBe(true);
  });

  it('forgets who goes away while waiting, and gives the place to the next', async () => {
    const gate = new SpawnGate(1);
    const controller = new AbortController();
    await gate.enter(never);
    const gone = gate.enter(controller.signal);
    const next = gate.enter(never);
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    gate.leave();
    await next;
    expect(gate.tryEnter()).toBe(false);
    gate.leave();
    expect(gate.tryEnter()).toBe(true);
  });

  it('takes no place for a request that is over already', async () => {
    const gate = new SpawnGate(1);
    await expect(gate.enter(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(gate.tryEnter()).toBe(true);
  });
});
