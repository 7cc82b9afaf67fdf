import type { HarnessError } from './errors.ts';

/**
 * Programs that somebody sits in front of ask for streams, and some of them wait in silence for as long as they are asked
 * to (opencode for hours). A turn a minute is let through while a plan's window is used up, so that this is soon enough.
 */
const longestWaitOfStreamsMs = 60_000;

/** How long a client should wait after a failure, in whole seconds; `undefined` where nobody knows. */
export function retryAfterSeconds(
  { facts: { retryAfterMs, resetsAt } }: HarnessError,
  { now, stream }: { now: () => number; stream: boolean },
): number | undefined {
  const waitMs = retryAfterMs ?? (resetsAt === undefined ? undefined : untilReset(resetsAt - now(), stream));
  // At least 1: clients take 0 for "at once", and a clock that is a little off gives less than that.
  return waitMs === undefined ? undefined : Math.max(1, Math.ceil(waitMs / 1000));
}

function untilReset(waitMs: number, stream: boolean): number {
  return stream ? Math.min(waitMs, longestWaitOfStreamsMs) : waitMs;
}
