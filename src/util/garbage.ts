import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options?: { type: 'minor' }) => void;

/** After which a collection pays: that of young garbage takes a millisecond, that of all of it tens of them. */
const every = { minor: 8 * 1024 ** 2, major: 16 * 1024 ** 2 };

let exposed: Collect | undefined;

/**
 * Frees what long work has left behind as it goes on, called with the length of each piece that is done with, in bytes. V8
 * itself lets 32 MB of buffers come together outside of its heap (`minor`), and its heap grow to a multiple of what is in use
 * (`major`), in Node 20 to 24; the memory of the service stays as large from then on.
 */
export function freeingAsItGoes(type: 'minor' | 'major'): (bytes: number) => void {
  let sum = 0;
  return (bytes) => {
    sum += bytes;
    if (sum < every[type]) return;
    sum = 0;
    exposed ??= exposedCollect();
    // Asked for `major`, it leaves half of what it frees where nothing is asked for.
    if (type === 'major') exposed();
    else exposed({ type });
  };
}

/**
 * Frees what work has left behind that does not come again, such as a start, and gives the room that it took back to the
 * system, which `gc()` does not. It takes about a tenth of a second.
 */
export async function freeAll(): Promise<void> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}

/** Only contexts that are made while the flag is set have it. */
function exposedCollect(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
