import { TurnQueue } from '../admission/turn-queue.ts';
import type { Config } from '../config/schema.ts';
import { readAnew } from '../util/read-anew.ts';

/** Each backend has a queue of its own, of the same size. */
export function createTurnQueue({ limits }: Config): TurnQueue {
  return new TurnQueue(
    readAnew({
      concurrentTurns: () => limits.concurrent_turns,
      queueSize: () => limits.queue_size,
      queueTimeoutMs: () => limits.queue_timeout,
    }),
  );
}
