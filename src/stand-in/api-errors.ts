import type { ErrorAnswer } from './behaviour.ts';
import { planHeaders, type PlanWindow } from './plan-headers.ts';

/** The errors of the Messages API that the CLI distinguishes, in the API's own words. */
export const apiErrors = {
  /** The login is no longer valid. */
  authentication: (): ErrorAnswer => failure(401, 'Invalid bearer token'),
  permission: (): ErrorAnswer => failure(403, 'Your account does not have permission to use this resource.'),
  modelNotFound: (model: string): ErrorAnswer => failure(404, `model: ${model}`),
  invalidRequest: (message = 'messages: at least one message is required'): ErrorAnswer => failure(400, message),
  /** The API takes the request for one of a third-party app, and the account has no extra usage left for it. */
  extraUsage: (): ErrorAnswer =>
    failure(
      400,
      'Third-party apps now draw from your extra usage, not your plan limits. Add more at claude.ai/settings/usage and keep going.',
    ),
  promptTooLong: (): ErrorAnswer => failure(400, 'prompt is too long: 210000 tokens > 200000 maximum'),
  requestTooLarge: (): ErrorAnswer => failure(413, 'Request exceeds the maximum size'),
  /** A limit on requests or tokens per minute, not that of the plan. */
  rateLimit: (retryAfterSeconds?: number): ErrorAnswer =>
    failure(429, 'This request would exceed your rate limit. Please try again later.', {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    }),
  /** The subscription's allowance is used up until `resetsAt`, in Unix seconds. */
  planLimit: (resetsAt: number, window: PlanWindow = 'five_hour'): ErrorAnswer =>
    failure(
      429,
      "This request would exceed your account's rate limit. Please try again later.",
      planHeaders({ status: 'rejected', window, resetsAt }),
    ),
  internal: (): ErrorAnswer => failure(500, 'Internal server error'),
  overloaded: (): ErrorAnswer => failure(529, 'Overloaded'),
};

function failure(status: number, message: string, headers: Record<string, string> = {}): ErrorAnswer {
  return { kind: 'error', status, message, headers };
}
