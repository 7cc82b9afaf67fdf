import type { ErrorCode } from '../../core/errors.ts';

/**
 * The failures that are the service's, rather than a client's own mistake, its budget, or a stop. A used-up plan and a
 * missing login have alerts of their own.
 */
export const serviceFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'QUEUE_TIMEOUT',
  'TURN_TIMEOUT',
  'IDLE_TIMEOUT',
  'PERMISSION_DENIED',
  'OVERLOADED',
  'UPSTREAM_ERROR',
  'UPSTREAM_UNREACHABLE',
  'ANSWER_RESTARTED',
  'OUTPUT_INVALID',
  'API_KEY_REFUSED',
  'CLI_MISSING',
  'CLI_FAILED',
  'CLI_PROTOCOL',
  'AGENT_UNAVAILABLE',
  'INTERNAL',
]);
