import { HarnessError, type ErrorCode } from '../core/errors.ts';
import type { RequestRecord } from '../exchange/record.ts';

/** Their statuses, 429 and 503, say that nothing has been done: balancers then ask another instance. */
const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'QUEUE_FULL',
  'RATE_LIMITED',
  'PLAN_LIMIT_REACHED',
  'NOT_LOGGED_IN',
  'API_KEY_REFUSED',
  'CLI_MISSING',
  'AGENT_UNAVAILABLE',
  'OVERLOADED',
  'DRAINING',
]);

/**
 * The failure of an answer as its client is told it: a refusal only where the model has not begun, so that nobody repeats by
 * its status what has been paid for. An API that refuses has not begun; one that is left without a word may have.
 */
export function toAnswerFailure(reason: unknown, { isAsked, hasBegun }: RequestRecord): unknown {
  if (!(reason instanceof HarnessError) || !refusals.has(reason.code)) return reason;
  const mayHaveBegun = reason.code === 'DRAINING' ? isAsked : hasBegun;
  if (!mayHaveBegun) return reason;
  const message = `The answer broke off after the model had been asked. ${reason.message}`;
  return new HarnessError('ANSWER_INTERRUPTED', message, { cause: reason });
}
