import type { ErrorContext, ErrorReply } from '../../core/endpoint.ts';
import type { ErrorCode, HarnessError } from '../../core/errors.ts';
import { errorHead, resetsAtField, type ErrorKind } from '../../core/error-reply.ts';
import type { OpenAiErrorBody } from './error-schema.ts';

export interface OpenAiErrorKind extends ErrorKind {
  /** As OpenAI names the families of errors. */
  type: string;
  /** For programs: what they should look at. */
  code: string;
}

export interface OpenAiErrorReply extends ErrorReply {
  body: OpenAiErrorBody;
}

const badRequest = 'invalid_request_error';
const rateLimit = 'rate_limit_error';
const server = 'server_error';

/** How each failure looks on the wire; `docs/errors.md` explains them to people. */
export const openAiErrorKinds: Readonly<Record<ErrorCode, OpenAiErrorKind>> = {
  INVALID_REQUEST: { status: 400, type: badRequest, code: 'invalid_request' },
  UNSUPPORTED_PARAMETER: { status: 400, type: badRequest, code: 'unsupported_parameter' },
  PROMPT_TOO_LONG: { status: 400, type: badRequest, code: 'context_length_exceeded' },
  // 400, as OpenAI has it: the path exists.
  PREVIOUS_RESPONSE_NOT_FOUND: { status: 400, type: badRequest, code: 'previous_response_not_found' },
  UNAUTHORIZED: {
    status: 401,
    type: 'authentication_error',
    code: 'invalid_api_key',
    headers: { 'www-authenticate': 'Bearer' },
  },
  ROLE_REQUIRED: { status: 403, type: 'permission_error', code: 'role_required' },
  SWITCHED_OFF: { status: 403, type: 'permission_error', code: 'switched_off' },
  HOST_NOT_ALLOWED: { status: 403, type: 'permission_error', code: 'host_not_allowed' },
  FOLDER_NOT_ALLOWED: { status: 403, type: 'permission_error', code: 'folder_not_allowed' },
  MODEL_NOT_FOUND: { status: 404, type: badRequest, code: 'model_not_found' },
  RESPONSE_NOT_FOUND: { status: 404, type: badRequest, code: 'response_not_found' },
  TURN_NOT_FOUND: { status: 404, type: badRequest, code: 'turn_not_found' },
  AGENT_NOT_FOUND: { status: 404, type: badRequest, code: 'agent_not_found' },
  SESSION_NOT_FOUND: { status: 404, type: badRequest, code: 'session_not_found' },
  FILE_NOT_FOUND: { status: 404, type: badRequest, code: 'file_not_found' },
  BATCH_NOT_FOUND: { status: 404, type: badRequest, code: 'batch_not_found' },
  JOB_NOT_FOUND: { status: 404, type: badRequest, code: 'job_not_found' },
  ROUTE_NOT_FOUND: { status: 404, type: badRequest, code: 'unknown_url' },
  // Not 503: only the owner can configure it, and clients would try again.
  BACKEND_NOT_CONFIGURED: { status: 404, type: badRequest, code: 'backend_not_configured' },
  METHOD_NOT_ALLOWED: { status: 405, type: badRequest, code: 'method_not_allowed' },
  AGENT_CONFLICT: { status: 409, type: badRequest, code: 'agent_conflict' },
  SESSION_CONFLICT: { status: 409, type: badRequest, code: 'session_conflict' },
  BATCH_CONFLICT: { status: 409, type: badRequest, code: 'batch_conflict' },
  LINK_EXPIRED: { status: 410, type: badRequest, code: 'link_expired' },
  BODY_TOO_LARGE: { status: 413, type: badRequest, code: 'request_too_large' },
  FILES_FULL: { status: 413, type: badRequest, code: 'files_full' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, type: badRequest, code: 'unsupported_media_type' },
  QUEUE_FULL: { status: 429, type: rateLimit, code: 'queue_full', retryAfter: 5 },
  RATE_LIMITED: { status: 429, type: rateLimit, code: 'rate_limit_exceeded', retryAfter: 30 },
  PLAN_LIMIT_REACHED: {
    status: 429,
    // By this type, with `resets_at`, Codex tells when to come back; `insufficient_quota` it takes for an unpaid bill.
    type: 'usage_limit_reached',
    code: 'plan_limit_reached',
    // The window opens again in hours: with a Retry-After alone, openai-node would wait in silence.
    headers: { 'x-should-retry': 'false' },
  },
  // The same: it resets in hours or days.
  BUDGET_EXCEEDED: { status: 429, type: rateLimit, code: 'budget_exceeded', headers: { 'x-should-retry': 'false' } },
  EXTRA_USAGE_REQUIRED: { status: 400, type: badRequest, code: 'extra_usage_required' },
  // The client is gone, so nobody sees this; 499 is its usual status in access logs.
  ABORTED: { status: 499, type: badRequest, code: 'request_aborted' },
  // A status that neither clients nor routers answer with another try, which would begin what was ended anew.
  TURN_CANCELLED: { status: 499, type: badRequest, code: 'turn_cancelled' },
  INTERNAL: { status: 500, type: server, code: 'internal_error' },
  // Not 403: it is the service's account that is refused, and the client cannot do anything about it.
  PERMISSION_DENIED: { status: 502, type: server, code: 'upstream_permission_denied' },
  UPSTREAM_ERROR: { status: 502, type: server, code: 'upstream_error' },
  UPSTREAM_UNREACHABLE: { status: 502, type: server, code: 'upstream_unreachable' },
  ANSWER_RESTARTED: { status: 502, type: server, code: 'answer_restarted' },
  ANSWER_INTERRUPTED: { status: 502, type: server, code: 'answer_interrupted' },
  OUTPUT_INVALID: { status: 502, type: server, code: 'output_invalid' },
  CLI_FAILED: { status: 502, type: server, code: 'cli_failed' },
  CLI_PROTOCOL: { status: 502, type: server, code: 'cli_protocol_error' },
  NOT_LOGGED_IN: { status: 503, type: server, code: 'not_logged_in' },
  API_KEY_REFUSED: { status: 503, type: server, code: 'api_key_refused' },
  CLI_MISSING: { status: 503, type: server, code: 'cli_missing' },
  AGENT_UNAVAILABLE: { status: 503, type: server, code: 'agent_unavailable' },
  OVERLOADED: { status: 503, type: server, code: 'overloaded', retryAfter: 30 },
  DRAINING: { status: 503, type: server, code: 'draining', retryAfter: 5 },
  NOT_CACHED: { status: 504, type: badRequest, code: 'not_cached' },
  QUEUE_TIMEOUT: { status: 504, type: server, code: 'queue_timeout' },
  TURN_TIMEOUT: { status: 504, type: server, code: 'turn_timeout' },
  IDLE_TIMEOUT: { status: 504, type: server, code: 'idle_timeout' },
};

/** The response for a failure before anything was sent. */
export function openAiErrorReply(error: HarnessError, context: ErrorContext): OpenAiErrorReply {
  return { ...errorHead(openAiErrorKinds[error.code], error, context), body: openAiErrorBody(error) };
}

/**
 * OpenAI's envelope, which is also the last `data:` of a chat's stream that has begun; no `[DONE]` follows it. Only the
 * message, written for clients, and the field's name are sent: stderr and cause are for the log.
 */
export function openAiErrorBody(error: HarnessError): OpenAiErrorBody {
  const { type, code } = openAiErrorKinds[error.code];
  const { param = null } = error.facts;
  return { error: { message: error.message, type, param, code, ...resetsAtField(error) } };
}
