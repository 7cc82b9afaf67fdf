import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WaitingRequests } from '../../../src/cli/pool/waiting-requests.ts';
import type { PlannedProcess } from '../../../src/cli/pool/plan-reuse.ts';
import { never } from '../../support/hello.ts';

const patient = { ms: 1000, whenOver: () => Promise.resolve() };

const workerOf = (model: string, preparedFor?: string): PlannedProcess => ({ model, preparedFor });

describe('WaitingRequests', () => {
  it('hands a process to those that nobody waits for after all others', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const idle = waiting.wait({ model: 'haiku', key: 'a', isIdle: true }, patient, never);
    const other = waiting.wait({ model: 'haiku', key: 'a' }, patient, never);
    const workers = [workerOf('haiku', 'a'), workerOf('haiku', 'a')] as const;
    for (const worker of workers) waiting.offer(worker);
    expect(await other).toBe(workers[0]);
    expect(await idle).toBe(workers[1]);
  });

  it('hands a process to the request that has waited longest, of those that it suits', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const other = waiting.wait({ model: 'haiku', key: 'b' }, patient, never);
    const first = waiting.wait({ model: 'haiku', key: 'a' }, patient, never);
    const second = waiting.wait({ model: 'haiku', key: 'a' }, patient, never);
    const worker = workerOf('haiku', 'a');
    expect(waiting.offer(worker)).toBe(true);
    expect(await first).toBe(worker);
    const plain = workerOf('haiku');
    expect(waiting.offer(plain)).toBe(true);
    expect(await other).toBe(plain);
    expect(waiting.has('haiku', 'b')).toBe(false);
    expect(waiting.has('haiku', 'a')).toBe(true);
    expect(waiting.offer(workerOf('opus', 'a'))).toBe(false);
    expect(waiting.offer(workerOf('haiku', 'c'))).toBe(false);
    waiting.offer(worker);
    expect(await second).toBe(worker);
    expect(waiting.offer(worker)).toBe(false);
  });

  it('says once when the patience of a request is over, which waits on', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const whenOver = vi.fn(() => Promise.resolve());
    const first = waiting.wait({ model: 'haiku', key: 'a' }, { ms: 5, whenOver }, never);
    await expect.poll(() => whenOver.mock.calls).toHaveLength(1);
    const worker = workerOf('haiku', 'a');
    expect(waiting.offer(worker)).toBe(true);
    expect(await first).toBe(worker);
  });

  it('has patience for as long as processes come back fast enough', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const waiting = new WaitingRequests<PlannedProcess>();
    const impatient: number[] = [];
    const places = Array.from({ length: 6 }, (_value, place) => {
      const whenOver = () => {
        impatient.push(place);
        return Promise.resolve();
      };
      return waiting.wait({ model: 'haiku', key: 'a' }, { ms: 100, whenOver }, never);
    });
    const worker = workerOf('haiku', 'a');
    for (let turn = 0; turn < 2; turn += 1) {
      vi.advanceTimersByTime(40);
      waiting.offer(worker);
    }
    // Two have their process, and two more will before as much time has passed again.
    vi.advanceTimersByTime(30);
    expect(impatient).toEqual([4, 5]);
    vi.advanceTimersByTime(100);
    expect(impatient).toEqual([4, 5, 2, 3]);
    for (let turn = 0; turn < 4; turn += 1) waiting.offer(worker);
    expect(await Promise.all(places)).toHaveLength(6);
  });

  it('fails a request with what is done when its patience is over', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const failed = new Error('no more processes');
    const first = waiting.wait({ model: 'haiku', key: 'a' }, { ms: 5, whenOver: () => Promise.reject(failed) }, never);
    await expect(first).rejects.toBe(failed);
    expect(waiting.has('haiku', 'a')).toBe(false);
  });

  it('forgets a request that goes, before it waits or while it does', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const gone = new Error('gone');
    await expect(waiting.wait({ model: 'haiku', key: 'a' }, patient, AbortSignal.abort(gone))).rejects.toBe(gone);
    const controller = new AbortController();
    const leaving = waiting.wait({ model: 'haiku', key: 'a' }, patient, controller.signal);
    controller.abort(gone);
    await expect(leaving).rejects.toBe(gone);
    expect(waiting.offer(workerOf('haiku', 'a'))).toBe(false);
  });
});
