import { HarnessError, type ErrorFacts } from '../core/errors.ts';
import { failureOfStatus, overloaded, promptTooLong, unreachable } from '../messages-api/failures.ts';
import { notLoggedInError } from './login.ts';
import { planLimitError, type UsedUpWindow } from './plan-limits.ts';

/** What the CLI reports of a failed turn, in its own fields. */
export interface CliFailure {
  /** HTTP status of the Messages API, where there was an answer. */
  status: number | undefined;
  /** The CLI's own name for the error, such as `authentication_failed`. */
  name: string | undefined;
  /** The text that the CLI would have shown. */
  text: string;
  /** The window that the CLI reported as used up during the turn. */
  usedUp: UsedUpWindow | undefined;
  /** How long the CLI would have waited before its next try. */
  retryDelayMs?: number;
}

/**
 * Failures without a status are known by their text only. Each row has its recorded sample; `ECONNRESET` and its kind
 * are what the runtime puts in brackets after any wording.
 */
const texts: { pattern: RegExp; sample: string; toError: () => HarnessError }[] = [
  { pattern: /^Not logged in/, sample: 'Not logged in · Please run /login', toError: notLoggedInError },
  { pattern: /^Prompt is too long/, sample: 'Prompt is too long', toError: promptTooLong },
  { pattern: /^API Error: Overloaded/, sample: 'API Error: Overloaded', toError: overloaded },
  {
    pattern:
      /\bE(CONNRESET|CONNREFUSED|TIMEDOUT|PIPE|NOTFOUND|AI_AGAIN|HOSTUNREACH)\b|ConnectionRefused|[Cc]onnection|timed out/,
    sample: 'API Error: Connection to the API was lost (ECONNRESET). This is usually temporary — try again.',
    toError: unreachable,
  },
];

export const classifiedSamples = texts.map(({ sample }) => sample);

/** The error of a turn that the CLI reports as failed. The CLI's wording reaches the client only where the API refused. */
export function classifyFailure(failure: CliFailure): HarnessError {
  const { status, name, text, usedUp, retryDelayMs } = failure;
  if (usedUp !== undefined && (status === 429 || status === undefined)) return planLimitError(usedUp.resetsAt);
  if (status === 401 || (status === undefined && name === 'authentication_failed')) return notLoggedInError();
  if (status !== undefined) return byStatus(status, failure);
  const row = texts.find(({ pattern }) => pattern.test(text));
  if (row !== undefined) return row.toError();
  if (name === 'rate_limit') return byStatus(429, failure);
  if (name === 'overloaded') return overloaded(retryFacts(failure));
  if (name === 'billing_error') return byStatus(403, failure);
  // A try without a status has not reached the API; the CLI calls that `unknown` (2.1.329).
  if (retryDelayMs !== undefined) return unreachable(retryFacts(failure));
  return new HarnessError('UPSTREAM_ERROR', `The claude CLI reported an error instead of an answer: ${clean(text)}`);
}

function byStatus(status: number, failure: CliFailure): HarnessError {
  return failureOfStatus(status, clean(failure.text), retryFacts(failure));
}

function retryFacts({ retryDelayMs }: CliFailure): ErrorFacts {
  return retryDelayMs === undefined ? {} : { retryAfterMs: retryDelayMs };
}

/** The API's own sentence, without the CLI's introduction and advice for people at a terminal. */
function clean(text: string): string {
  const sentence = text.replace(/^.*?API Error:\s*(?:\d{3}\s+)?/, '').split('\n')[0];
  return sentence === undefined || sentence === '' ? 'no reason given' : sentence.slice(0, 500);
}
