import type { ServerResponse } from 'node:http';
import type { ErrorAnswer } from './behaviour.ts';

/** The API's error types; source: its public reference, "Errors". */
const errorTypes = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

/** Sends an error in the API's envelope, with the request id that is already in the response's header. */
export function sendError(response: ServerResponse, error: ErrorAnswer): void {
  const type = error.errorType ?? errorTypes.get(error.status) ?? 'api_error';
  const body = {
    type: 'error',
    error: { type, message: error.message ?? type },
    request_id: response.getHeader('request-id'),
  };
  response.writeHead(error.status, { 'content-type': 'application/json', ...error.headers }).end(JSON.stringify(body));
}

/** The status that an error would have before the stream; 500 for a type that the API does not define. */
export function statusOfErrorType(type: string): number {
  for (const [status, known] of errorTypes) if (known === type) return status;
  return 500;
}
