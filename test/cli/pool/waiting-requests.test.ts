import { describe, expect, it } from 'vitest';
import { WaitingRequests } from '../../../src/cli/pool/waiting-requests.ts';
import type { PlannedProcess } from '../../../src/cli/pool/plan-reuse.ts';
import { never } from '../../support/hello.ts';

const workerOf = (model: string, preparedFor?: string): PlannedProcess => ({ model, preparedFor });

describe('WaitingRequests', () => {
  it('hands a process to the request that has waited longest, of those that it suits', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const other = waiting.wait('haiku', 'b', 1000, never);
    const first = waiting.wait('haiku', 'a', 1000, never);
    const second = waiting.wait('haiku', 'a', 1000, never);
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

  it('has nothing for a request whose patience is over', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    expect(await waiting.wait('haiku', 'a', 5, never)).toBeUndefined();
    expect(waiting.offer(workerOf('haiku', 'a'))).toBe(false);
  });

  it('forgets a request that goes, before it waits or while it does', async () => {
    const waiting = new WaitingRequests<PlannedProcess>();
    const gone = new Error('gone');
    await expect(waiting.wait('haiku', 'a', 1000, AbortSignal.abort(gone))).rejects.toBe(gone);
    const controller = new AbortController();
    const leaving = waiting.wait('haiku', 'a', 1000, controller.signal);
    controller.abort(gone);
    await expect(leaving).rejects.toBe(gone);
    expect(waiting.offer(workerOf('haiku', 'a'))).toBe(false);
  });
});
