import type { BatchTotals } from '../../src/core/batches-state.ts';
import type { Batches } from '../../src/core/batches.ts';

/** For tests of everything else. */
export function noBatches(): Batches {
  const none = (): never => {
    throw new Error('no test of batches');
  };
  return { create: none, get: none, list: none, cancel: none, delete: none, results: none };
}

export const noTotals: BatchTotals = { batches: 0, left: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
