import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerStep } from './answer-steps.ts';
import type { Answer } from './behaviour.ts';

interface Pace {
  /** Undefined if the step is already due, so that an unpaced answer never waits for a timer or a promise. */
  before(step: AnswerStep): Promise<void> | undefined;
}

/**
 * Delays each delta until it is due, and a break until the next delta would be due: a CLI that reads its last deltas
 * together with the end of the connection drops them (seen in 2.1.329). The schedule is fixed, so a late timer delays one
 * delta and not all that follow. Aborting `gone` ends a wait with an `AbortError` and clears its timer.
 */
export function createPace({ firstDeltaAfterMs = 0, deltaEveryMs = 0 }: Answer, gone: AbortSignal): Pace {
  let dueAt = performance.now() + firstDeltaAfterMs;
  return {
    before(step) {
      if (!isPaced(step)) return undefined;
      const waitMs = Math.ceil(dueAt - performance.now());
      dueAt += deltaEveryMs;
      return waitMs > 0 ? sleep(waitMs, undefined, { signal: gone }) : undefined;
    },
  };
}

function isPaced({ type }: AnswerStep): boolean {
  return type === 'content_block_delta' || type === 'cut' || type === 'error';
}
