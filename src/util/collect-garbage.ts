import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects what nobody refers to any more, which takes some tens of milliseconds. For long work that makes far more of it
 * than the rest of the program: V8 would let the heap grow to a multiple of what is in use first.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
