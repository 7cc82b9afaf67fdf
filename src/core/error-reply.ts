import type { ErrorContext } from './endpoint.ts';
import type { HarnessError } from './errors.ts';
import { retryAfterSeconds } from './retry-after.ts';

/** What a failure's code says of its reply, in any dialect. */
export interface ErrorKind {
  status: number;
  /** Seconds to wait where the error itself does not say; without it there is no `Retry-After`. */
  retryAfter?: number;
  /** Headers that go with every error of this kind. */
  headers?: Readonly<Record<string, string>>;
}

/** The status and headers of the reply to a failure. */
export function errorHead(
  { status, headers, retryAfter }: ErrorKind,
  error: HarnessError,
  context: ErrorContext,
): { status: number; headers: Readonly<Record<string, string>> } {
  const seconds = retryAfterSeconds(error, context) ?? retryAfter;
  return {
    status: error.code === 'PLAN_LIMIT_REACHED' ? context.planLimitStatus : status,
    headers: { ...headers, ...(seconds !== undefined && { 'retry-after': String(seconds) }) },
  };
}

/** When a plan's window opens again, in seconds since the epoch, under the name that clients look for. */
export function resetsAtField({ facts: { resetsAt } }: HarnessError): { resets_at?: number } {
  return resetsAt === undefined ? {} : { resets_at: Math.ceil(resetsAt / 1000) };
}
