import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilKeptOptions {
  /** When it aborts, there is one more try. */
  signal: AbortSignal;
  retryMs: number;
  /** Called at the first failure. */
  onFailure: (error: unknown) => void;
}

/**
 * Repeats what is to be kept until it is: an answer costs too much to be lost because a disk is full or a database away for
 * a while. Undefined where it could not be kept.
 */
export async function untilKept<T>(
  keep: () => Promise<T>,
  { signal, retryMs, onFailure }: UntilKeptOptions,
): Promise<T | undefined> {
  for (let tries = 1; ; tries += 1) {
    const isLast = signal.aborted;
    try {
      return await keep();
    } catch (error) {
      if (tries === 1) onFailure(error);
      if (isLast) return undefined;
    }
    // It rejects when the signal aborts, which is looked at next.
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
