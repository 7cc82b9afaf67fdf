import type { PooledProcess } from '../../core/owner-controls.ts';
import type { Worker } from './worker.ts';

/** What the owner is told of a process; `now` is by the clock that its times are of. */
export function describeWorker(worker: Worker, now: number): PooledProcess {
  const { cli, model, state, startedAt, usedAt, turns } = worker;
  const isAtWork = state === 'busy' || state === 'emptying';
  return { pid: cli.pid, model, state, ageMs: now - startedAt, idleMs: isAtWork ? 0 : now - usedAt, turns };
}
