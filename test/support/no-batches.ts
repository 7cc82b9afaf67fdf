import type { Batches } from '../../src/core/batches.ts';

/** For tests of everything else. */
export function noBatches(): Batches {
  const none = (): never => {
    throw new Error('no test of batches');
  };
  return { create: none, get: none, list: none, cancel: none, delete: none, results: none };
}
