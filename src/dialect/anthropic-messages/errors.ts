import type { ErrorContext, ErrorReply } from '../../core/endpoint.ts';
import type { ErrorCode, HarnessError } from '../../core/errors.ts';
import { errorHead, resetsAtField, type ErrorKind } from '../../core/error-reply.ts';
import type { WireError } from './types.ts';

export interface MessagesErrorKind extends ErrorKind {
  /** As the Messages API names the families of errors. */
  type: string;
}

export interface MessagesErrorReply extends ErrorReply {
  body: WireError;
}

const badRequest = 'invalid_request_error';
const notFound = 'not_found_error';
const rateLimit = 'rate_limit_error';
const server = 'api_error';
const timeout = 'timeout_error';

/** How each failure looks on the wire; `docs/errors.md` explains them to people. */
export const messagesErrorKinds: Readonly<Record<ErrorCode, MessagesErrorKind>> = {
  INVALID_REQUEST: { status: 400, type: badRequest },
  UNSUPPORTED_PARAMETER: { status: 400, type: badRequest },
  PROMPT_TOO_LONG: { status: 400, type: badRequest },
  PREVIOUS_RESPONSE_NOT_FOUND: { status: 400, type: badRequest },
  UNAUTHORIZED: { status: 401, type: 'authentication_error', headers: { 'www-authenticate': 'Bearer' } },
  ROLE_REQUIRED: { status: 403, type: 'permission_error' },
  SWITCHED_OFF: { status: 403, type: 'permission_error' },
  HOST_NOT_ALLOWED: { status: 403, type: 'permission_error' },
  FOLDER_NOT_ALLOWED: { status: 403, type: 'permission_error' },
  MODEL_NOT_FOUND: { status: 404, type: notFound },
  RESPONSE_NOT_FOUND: { status: 404, type: notFound },
  TURN_NOT_FOUND: { status: 404, type: notFound },
  AGENT_NOT_FOUND: { status: 404, type: notFound },
  SESSION_NOT_FOUND: { status: 404, type: notFound },
  FILE_NOT_FOUND: { status: 404, type: notFound },
  BATCH_NOT_FOUND: { status: 404, type: notFound },
  JOB_NOT_FOUND: { status: 404, type: notFound },
  ROUTE_NOT_FOUND: { status: 404, type: notFound },
  // Not 503: only the owner can configure it, and clients would try again.
  BACKEND_NOT_CONFIGURED: { status: 404, type: notFound },
  METHOD_NOT_ALLOWED: { status: 405, type: badRequest },
  AGENT_CONFLICT: { status: 409, type: badRequest },
  SESSION_CONFLICT: { status: 409, type: badRequest },
  BATCH_CONFLICT: { status: 409, type: badRequest },
  LINK_EXPIRED: { status: 410, type: badRequest },
  BODY_TOO_LARGE: { status: 413, type: 'request_too_large' },
  FILES_FULL: { status: 413, type: 'request_too_large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, type: badRequest },
  QUEUE_FULL: { status: 429, type: rateLimit, retryAfter: 5 },
  RATE_LIMITED: { status: 429, type: rateLimit, retryAfter: 30 },
  // The window opens again in hours: with a Retry-After alone, clients would wait in silence.
  PLAN_LIMIT_REACHED: { status: 429, type: rateLimit, headers: { 'x-should-retry': 'false' } },
  BUDGET_EXCEEDED: { status: 429, type: rateLimit, headers: { 'x-should-retry': 'false' } },
  EXTRA_USAGE_REQUIRED: { status: 400, type: badRequest },
  // The client is gone, so nobody sees this; 499 is its usual status in access logs.
  ABORTED: { status: 499, type: badRequest },
  TURN_CANCELLED: { status: 499, type: badRequest },
  INTERNAL: { status: 500, type: server },
  // Not 403: it is the service's account that is refused, and the client cannot do anything about it.
  PERMISSION_DENIED: { status: 502, type: server },
  UPSTREAM_ERROR: { status: 502, type: server },
  UPSTREAM_UNREACHABLE: { status: 502, type: server },
  ANSWER_RESTARTED: { status: 502, type: server },
  ANSWER_INTERRUPTED: { status: 502, type: server },
  OUTPUT_INVALID: { status: 502, type: server },
  CLI_FAILED: { status: 502, type: server },
  CLI_PROTOCOL: { status: 502, type: server },
  // Not 401: it is the service that has to log in.
  NOT_LOGGED_IN: { status: 503, type: server },
  API_KEY_REFUSED: { status: 503, type: server },
  CLI_MISSING: { status: 503, type: server },
  AGENT_UNAVAILABLE: { status: 503, type: server },
  DRAINING: { status: 503, type: server, retryAfter: 5 },
  NOT_CACHED: { status: 504, type: timeout },
  QUEUE_TIMEOUT: { status: 504, type: timeout },
  TURN_TIMEOUT: { status: 504, type: timeout },
  IDLE_TIMEOUT: { status: 504, type: timeout },
  OVERLOADED: { status: 529, type: 'overloaded_error', retryAfter: 30 },
};

/** The response for a failure before anything was sent. */
export function messagesErrorReply(error: HarnessError, context: ErrorContext): MessagesErrorReply {
  return { ...errorHead(messagesErrorKinds[error.code], error, context), body: toErrorEvent(error, context.requestId) };
}

/**
 * The failure as the last event of a stream that has begun. Only the message, written for clients, goes out: stderr and
 * cause are for the log.
 */
export function toErrorEvent(error: HarnessError, requestId: string): WireError {
  const { type } = messagesErrorKinds[error.code];
  return {
    type: 'error',
    error: {
      type,
      message: messageOf(error),
      details: { error_code: error.code.toLowerCase(), ...resetsAtField(error) },
    },
    request_id: requestId,
  };
}

/** Programs such as Claude Code recognise a conversation that is too long by the API's own words, so they come first. */
function messageOf({ code, message }: HarnessError): string {
  return code === 'PROMPT_TOO_LONG' ? `prompt is too long: ${message}` : message;
}
