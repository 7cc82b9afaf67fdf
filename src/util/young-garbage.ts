import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'minor' }) => void;

/** Bytes after which a collection pays: it takes a millisecond, while these take many to come. */
const everyBytes = 8 * 1024 ** 2;

/**
 * Frees the buffers of a long transfer as they are done with, called with the length of each. V8 itself lets 32 MB of them
 * come together, outside of its heap (Node 20 to 24), and the memory of the service stays as large from then on.
 */
export function freeingAsItGoes(): (bytes: number) => void {
  let sum = 0;
  let collect: Collect | undefined;
  return (bytes) => {
    sum += bytes;
    if (sum < everyBytes) return;
    sum = 0;
    collect ??= exposedCollect();
    collect({ type: 'minor' });
  };
}

/** Only contexts that are made after the flag was set have it. */
function exposedCollect(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');

  return collect;
}
