import { TurnQueue } from '../admission/turn-queue.ts';
import type { Config } from '../config/schema.ts';

/** Each backend has a queue of its own, of the same size. */
export function createTurnQueue({ limits }: Config): TurnQueue {
  return new TurnQueue({
    get concurrentTurns() {
      return limits.concurrent_turns;
    },
    get queueSize() {
      return limits.queue_size;
    },
    get queueTimeoutMs() {
      return limits.queue_timeout;
    },
  });
}
