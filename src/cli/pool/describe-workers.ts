import type { PooledProcess } from '../../core/owner-controls.ts';
import type { Worker } from './worker.ts';

/** What the owner is told of the processes that there are; `now` is by the clock that their times are of. */
export function describeWorkers(workers: Iterable<Worker>, now: number): PooledProcess[] {
  return [...workers].flatMap(({ cli, model, state, startedAt, usedAt, turns }) => {
    if (state === 'dead') return [];
    const isAtWork = state === 'busy' || state === 'emptying';
    return [{ pid: cli.pid, model, state, ageMs: now - startedAt, idleMs: isAtWork ? 0 : now - usedAt, turns }];
  });
}
