import { setImmediate } from 'node:timers/promises';

/** Long work in one thread: others wait at most so long for their turn, and little time goes into taking turns. */
const maxWorkMs = 5;

/** To be called between short pieces of long work: gives other work its turn where it has waited for long enough. */
export function createBreather(ticks: () => number = () => performance.now()): () => Promise<void> {
  let since = ticks();
  return async () => {
    if (ticks() - since < maxWorkMs) return;
    await setImmediate();
    since = ticks();
  };
}
