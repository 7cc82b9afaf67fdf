import { APIError } from '@anthropic-ai/sdk';
import { HarnessError } from '../core/errors.ts';
import { failureOfStatus, unreachable } from '../messages-api/failures.ts';

/** The statuses that the API's own types of error stand for, where one comes in a stream. */
const statuses = new Map<string | null, number>([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** The error of a request that the official client library failed with. */
export function toFailure(error: unknown): HarnessError {
  if (!(error instanceof APIError)) return unreachable({ cause: error });
  const { status: sent, type, headers, apiMessage } = error as APIError;
  // Nothing has come from the API: there was no connection, or it was cut.
  if (sent === undefined && type === null) return unreachable({ cause: error });
  const status = sent ?? statuses.get(type) ?? 500;
  if (status === 401) return apiKeyRefused();
  const retryAfterMs = headers === undefined ? undefined : retryAfterMsOf(headers);
  const reason = apiMessage?.slice(0, 500) ?? 'no reason given';
  return failureOfStatus(status, reason, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** How long the API asks to wait; `undefined` where it does not say. */
export function retryAfterMsOf(headers: Headers): number | undefined {
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return ms;
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const waitMs = Number.isNaN(Number(text)) ? Date.parse(text) - Date.now() : Number(text) * 1000;
  return waitMs >= 0 ? waitMs : undefined;
}

function apiKeyRefused(): HarnessError {
  return new HarnessError(
    'API_KEY_REFUSED',
    'The API refuses the server’s API key. Its owner has to replace the key in the variable that direct.api_key_env names.',
    { upstreamStatus: 401 },
  );
}
