import { planLimitError } from '../../admission/plan-limits.ts';
import { HarnessError, type ErrorCode } from '../../core/errors.ts';

/** What is wrong with one login, and need not be with the next. The first are what the client should rather hear of. */
const reasons: readonly ErrorCode[] = [
  'PLAN_LIMIT_REACHED',
  'EXTRA_USAGE_REQUIRED',
  'NOT_LOGGED_IN',
  'BUDGET_EXCEEDED',
];

/** Whether a turn failed with something that another login may not have. */
export function isReasonToMoveOn(error: unknown): error is HarnessError {
  return error instanceof HarnessError && reasons.includes(error.code);
}

/**
 * The error of a turn that no login serves: of several that only have to wait, with the earliest reset. `refusals`: one of each
 * that was tried, with a reason to move on.
 */
export function refusedByAll(refusals: readonly HarnessError[]): HarnessError {
  const [first] = refusals.toSorted((a, b) => rankOf(a) - rankOf(b) || resetOf(a) - resetOf(b));
  if (first === undefined) throw new Error('no login was tried');
  const { resetsAt } = first.facts;
  // Without what one login alone has to say.
  return first.code === 'PLAN_LIMIT_REACHED' && resetsAt !== undefined ? planLimitError(resetsAt) : first;
}

function rankOf({ code }: HarnessError): number {
  return reasons.indexOf(code);
}

function resetOf({ facts }: HarnessError): number {
  return facts.resetsAt ?? Number.MAX_SAFE_INTEGER;
}
