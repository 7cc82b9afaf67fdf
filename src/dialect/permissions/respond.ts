import type { ClientEvent } from '../../core/session-event.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { respondBody, type RespondBody } from './request-schema.ts';
import type { RespondReply } from './types.ts';

/** Reads the body of `POST /permissions/{id}/respond`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromRespondBody(body: unknown): RespondBody {
  return readRequest(respondBody, body, 'The request body must be a JSON object with allowed.');
}

/** The answer to the request as the event of a session. */
export function toConfirmation(id: string, { allowed, message, for_session: forSession }: RespondBody): ClientEvent {
  return {
    type: 'user.tool_confirmation',
    tool_use_id: id,
    result: allowed ? 'allow' : 'deny',
    ...(message != null && { deny_message: message }),
    ...(forSession === true && { for_session: true }),
  };
}

export function toRespondReply(id: string, { allowed }: RespondBody): RespondReply {
  return { status: 'success', permission_id: id, allowed };
}
