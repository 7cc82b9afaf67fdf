import { TurnQueue } from '../admission/turn-queue.ts';
import type { Config } from '../config/schema.ts';

/** Each backend has a queue of its own, of the same size. */
export function createTurnQueue({ limits }: Config): TurnQueue {
  return new TurnQueue({
    concurrentTurns: limits.concurrent_turns,
    queueSize: limits.queue_size,
    queueTimeoutMs: limits.queue_timeout,
  });
}
