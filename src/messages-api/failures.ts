import { HarnessError, type ErrorFacts } from '../core/errors.ts';

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
  if (status === 413 || /prompt is too long/i.test(reason)) return promptTooLong();
  if (status === 429) {
    return new HarnessError('RATE_LIMITED', 'The API is limiting the rate of requests; try again later.', facts);
  }
  if (status === 529) return overloaded(facts);
  if (status >= 400 && status < 500) {
    return new HarnessError('INVALID_REQUEST', `The API refused the request: ${reason}`, facts);
  }
  return new HarnessError('UPSTREAM_ERROR', `The API failed with status ${status}; try again later.`, facts);
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

export function modelNotFound(): HarnessError {
  return new HarnessError(
    'MODEL_NOT_FOUND',
    'There is no such model; GET /v1/models lists the available models, and `models.aliases` in the configuration can define other names for them.',
    { param: 'model' },
  );
}
