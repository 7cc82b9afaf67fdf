/**
 * Every way a request can fail, as the harness names it. Dialects choose the wire status and envelope, in one table
 * each; `docs/errors.md` lists them for people.
 */
export const errorCodes = [
  'INVALID_REQUEST',
  'UNSUPPORTED_PARAMETER',
  'PROMPT_TOO_LONG',
  'MODEL_NOT_FOUND',
  'RESPONSE_NOT_FOUND',
  'TURN_NOT_FOUND',
  'PREVIOUS_RESPONSE_NOT_FOUND',
  'AGENT_NOT_FOUND',
  'AGENT_CONFLICT',
  'SESSION_NOT_FOUND',
  'SESSION_CONFLICT',
  'FILE_NOT_FOUND',
  'FILES_FULL',
  'BATCH_NOT_FOUND',
  'BATCH_CONFLICT',
  'JOB_NOT_FOUND',
  'LINK_EXPIRED',
  'AGENT_UNAVAILABLE',
  'NOT_CACHED',
  'ROUTE_NOT_FOUND',
  'BACKEND_NOT_CONFIGURED',
  'METHOD_NOT_ALLOWED',
  'UNAUTHORIZED',
  'ROLE_REQUIRED',
  'SWITCHED_OFF',
  'HOST_NOT_ALLOWED',
  'FOLDER_NOT_ALLOWED',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'QUEUE_FULL',
  'QUEUE_TIMEOUT',
  'TURN_TIMEOUT',
  'IDLE_TIMEOUT',
  'RATE_LIMITED',
  'PLAN_LIMIT_REACHED',
  'BUDGET_EXCEEDED',
  'EXTRA_USAGE_REQUIRED',
  'NOT_LOGGED_IN',
  'PERMISSION_DENIED',
  'OVERLOADED',
  'UPSTREAM_ERROR',
  'UPSTREAM_UNREACHABLE',
  'ANSWER_RESTARTED',
  'ANSWER_INTERRUPTED',
  'OUTPUT_INVALID',
  'API_KEY_REFUSED',
  'CLI_MISSING',
  'CLI_FAILED',
  'CLI_PROTOCOL',
  'DRAINING',
  'ABORTED',
  'TURN_CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorFacts {
  /** The request field at fault, such as `messages[2].content`. */
  param?: string;
  /** How long to wait before trying again. */
  retryAfterMs?: number;
  /** When a plan's window opens again, or a client's budget, in milliseconds since the epoch. */
  resetsAt?: number;
  /** The status the Messages API answered with. */
  upstreamStatus?: number;
  /** Exit code or signal name of a CLI process that ended. */
  exit?: number | string;
  /** Last lines of the CLI's stderr; for the log, never for the client. */
  stderrTail?: string;
  cause?: unknown;
}

/** The only error that crosses layers. `message` is for the client: what happened and what to do, never prompt text. */
export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.facts = facts;
  }
}

/** Wraps what nobody expected, so that one type reaches the dialects and the log keeps the cause. */
export function toHarnessError(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error;
  return new HarnessError('INTERNAL', 'The harness failed internally; its log has the details.', { cause: error });
}
