import type { Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError, type ErrorCode } from '../core/errors.ts';

/** What `/ready` says as well, of every request. */
const unready: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PLAN_LIMIT_REACHED', 'NOT_LOGGED_IN', 'CLI_MISSING']);

/**
 * Holds a refusal back until a balancer has noticed the same at `/ready`. A service that refuses at once has the fewest
 * requests in hand, so that the balancer would send it every other try as well.
 */
export async function untilNoticed(
  failure: unknown,
  res: Response,
  { unreadyMs = 0 }: { unreadyMs?: number },
): Promise<void> {
  if (unreadyMs === 0 || res.closed || !(failure instanceof HarnessError) || !unready.has(failure.code)) return;
  const left = new AbortController();
  const abort = (): void => {
    left.abort();
  };
  res.once('close', abort);
  // It rejects when the client leaves, who then gets nothing.
  await sleep(unreadyMs, undefined, { signal: left.signal }).catch(() => undefined);
  res.off('close', abort);
}
