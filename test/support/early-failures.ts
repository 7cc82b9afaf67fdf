import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import { cheapModel } from './harness.ts';

export type EarlyFailure = [what: string, behaviour: Behaviour, expected: object];

/** Failures of the API before it answers, and what they are to a client, whichever way the request took. */
export const earlyFailures: EarlyFailure[] = [
  ['a forbidden account', apiErrors.permission(), { status: 502, code: 'upstream_permission_denied' }],
  ['an unknown model', apiErrors.modelNotFound(cheapModel), { status: 404, code: 'model_not_found' }],
  ['a bad request', apiErrors.invalidRequest('messages.0: is odd'), { status: 400, type: 'invalid_request_error' }],
  ['a prompt too long', apiErrors.promptTooLong(), { status: 400, code: 'context_length_exceeded' }],
  ['a request too large', apiErrors.requestTooLarge(), { status: 400, code: 'context_length_exceeded' }],
  ['a passing rate limit', apiErrors.rateLimit(), { status: 429, code: 'rate_limit_exceeded' }],
  ['an internal error', apiErrors.internal(), { status: 502, code: 'upstream_error' }],
  ['an overloaded API', apiErrors.overloaded(), { status: 503, code: 'overloaded' }],
  ['a connection closed without a byte', { kind: 'close-connection' }, { status: 502, code: 'upstream_unreachable' }],
];
