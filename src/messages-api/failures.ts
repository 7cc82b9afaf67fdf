import { HarnessError, type ErrorFacts } from '../core/errors.ts';
import { modelNotFound } from '../core/model-not-found.ts';

/**
 * The error for a status of the Messages API. `reason` is the API's own sentence, which the client gets only where the
 * request itself was refused. What a 401 means depends on who sent the request.
 */
export function failureOfStatus(status: number, reason: string, retry: Pick<ErrorFacts, 'retryAfterMs'>): HarnessError {
  const facts = { upstreamStatus: status, ...retry };
  if (status === 402 || status === 403) {
    return new HarnessError(
      'PERMISSION_DENIED',
      `The API does not allow this account to make the request: ${reason}`,
      facts,
    );
  }
  if (status === 404) return modelNotFound();
  if (status === 413) return promptTooLong();
  if (status === 429) {
    return new HarnessError('RATE_LIMITED', 'The API is limiting the rate of requests; try again later.', facts);
  }
  if (status === 529) return overloaded(facts);
  if (status >= 400 && status < 500) return refusal(reason, facts);
  return new HarnessError('UPSTREAM_ERROR', `The API failed with status ${status}; try again later.`, facts);
}

/** Refusals that the API tells apart by their sentence only. */
const sentences: { pattern: RegExp; sample: string; toError: (reason: string, facts: ErrorFacts) => HarnessError }[] = [
  {
    pattern: /prompt is too long/i,
    sample: 'prompt is too long: 208310 tokens > 200000 maximum',
    toError: promptTooLong,
  },
  {
    pattern: /draw from (?:your )?extra usage|out of extra usage/i,
    sample:
      'Third-party apps now draw from your extra usage, not your plan limits. Add more at claude.ai/settings/usage and keep going.',
    toError: extraUsageRequired,
  },
];

export const refusalSamples = sentences.map(({ sample }) => sample);

/** The error of a request that the API refused as such. */
function refusal(reason: string, facts: ErrorFacts): HarnessError {
  const known = sentences.find(({ pattern }) => pattern.test(reason));
  return (
    known?.toError(reason, facts) ??
    new HarnessError('INVALID_REQUEST', `The API refused the request: ${reason}`, facts)
  );
}

function extraUsageRequired(reason: string, facts: ErrorFacts): HarnessError {
  return new HarnessError(
    'EXTRA_USAGE_REQUIRED',
    `The API charges this request to the account’s extra usage instead of the plan, and none is left or allowed. What decides is the content of the request, such as a system prompt that names another agent. The account’s owner can add extra usage at claude.ai/settings/usage. The API said: ${reason}`,
    facts,
  );
}

export function overloaded(facts: ErrorFacts = {}): HarnessError {
  return new HarnessError('OVERLOADED', 'The API is overloaded; try again later.', facts);
}

export function promptTooLong(): HarnessError {
  return new HarnessError(
    'PROMPT_TOO_LONG',
    'The conversation is too long for the model; shorten it, or use a model with a larger context window.',
    { param: 'messages' },
  );
}

export function unreachable(facts: ErrorFacts = {}): HarnessError {
  return new HarnessError(
    'UPSTREAM_UNREACHABLE',
    'The connection from the server to the API failed or was cut; check the server’s network, or try again.',
    facts,
  );
}
