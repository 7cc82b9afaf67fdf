import type { ErrorReply } from '../../core/endpoint.ts';
import type { HarnessError } from '../../core/errors.ts';

/** A failure that clients of FastAPI's services understand. `reply` is the same for others. */
export function toDetailReply(error: HarnessError, { status, headers }: ErrorReply): ErrorReply {
  return { status: status === 400 ? 422 : status, headers, body: { detail: error.message } };
}
