import type { ErrorCode } from '../../core/errors.ts';

/**
 * What a failure means for a request of a batch. `final`: it would fail again. `passing`: the service or the API can't
 * answer now, whatever is asked; it waits for as long as it takes. `doubtful`: it may be the request's own, so that it is
 * tried again, but not without end.
 */
export type FailureKind = 'final' | 'passing' | 'doubtful';

const kinds: Readonly<Record<ErrorCode, FailureKind>> = {
  INVALID_REQUEST: 'final',
  UNSUPPORTED_PARAMETER: 'final',
  PROMPT_TOO_LONG: 'final',
  MODEL_NOT_FOUND: 'final',
  RESPONSE_NOT_FOUND: 'final',
  TURN_NOT_FOUND: 'final',
  PREVIOUS_RESPONSE_NOT_FOUND: 'final',
  AGENT_NOT_FOUND: 'final',
  AGENT_CONFLICT: 'final',
  SESSION_NOT_FOUND: 'final',
  SESSION_CONFLICT: 'final',
  FILE_NOT_FOUND: 'final',
  FILES_FULL: 'final',
  BATCH_NOT_FOUND: 'final',
  BATCH_CONFLICT: 'final',
  JOB_NOT_FOUND: 'final',
  LINK_EXPIRED: 'final',
  AGENT_UNAVAILABLE: 'final',
  NOT_CACHED: 'final',
  ROUTE_NOT_FOUND: 'final',
  BACKEND_NOT_CONFIGURED: 'final',
  METHOD_NOT_ALLOWED: 'final',
  UNAUTHORIZED: 'final',
  ROLE_REQUIRED: 'final',
  SWITCHED_OFF: 'final',
  HOST_NOT_ALLOWED: 'final',
  FOLDER_NOT_ALLOWED: 'final',
  BODY_TOO_LARGE: 'final',
  UNSUPPORTED_MEDIA_TYPE: 'final',
  EXTRA_USAGE_REQUIRED: 'final',
  PERMISSION_DENIED: 'final',
  // The owner has ended this one request.
  TURN_CANCELLED: 'final',
  QUEUE_FULL: 'passing',
  QUEUE_TIMEOUT: 'passing',
  RATE_LIMITED: 'passing',
  PLAN_LIMIT_REACHED: 'passing',
  BUDGET_EXCEEDED: 'passing',
  NOT_LOGGED_IN: 'passing',
  API_KEY_REFUSED: 'passing',
  OVERLOADED: 'passing',
  UPSTREAM_UNREACHABLE: 'passing',
  CLI_MISSING: 'passing',
  DRAINING: 'passing',
  ABORTED: 'passing',
  TURN_TIMEOUT: 'doubtful',
  IDLE_TIMEOUT: 'doubtful',
  UPSTREAM_ERROR: 'doubtful',
  ANSWER_RESTARTED: 'doubtful',
  ANSWER_INTERRUPTED: 'doubtful',
  OUTPUT_INVALID: 'doubtful',
  CLI_FAILED: 'doubtful',
  CLI_PROTOCOL: 'doubtful',
  INTERNAL: 'doubtful',
};

export function failureKind(code: ErrorCode): FailureKind {
  return kinds[code];
}
