import type { Question } from '../../core/sessions.ts';
import { HarnessError } from '../../core/errors.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { checkBody } from './request-schema.ts';
import type { CheckReply } from './types.ts';

/**
 * Reads the body of `POST /mcp/permission/check`, and gives the id of the request that it is about. Throws `INVALID_REQUEST`,
 * `UNSUPPORTED_PARAMETER`, and `SESSION_NOT_FOUND` where it names none.
 */
export function fromCheckBody(body: unknown): string {
  const whole = 'The request body must be a JSON object with tool_name and input.';
  const { permissionId, tool_use_id: toolUseId } = readRequest(checkBody, body, whole);
  const id = permissionId ?? toolUseId;
  if (id != null) return id;
  const message =
    'The body names no request for permission: agents ask by themselves, and permissionId is a request_id of GET /permissions/stream.';
  throw new HarnessError('SESSION_NOT_FOUND', message);
}

export function toCheckReply({ id, status, input }: Question): CheckReply {
  switch (status) {
    case 'allowed':
      return { behavior: 'allow', updatedInput: input };
    case 'denied':
      return { behavior: 'deny', message: 'It was denied.' };
    case 'expired':
      return { behavior: 'deny', message: 'Nobody answered in time, or the request was withdrawn.' };
    case 'pending':
      return {
        behavior: 'pending',
        confirmationId: id,
        message: 'Nobody has answered yet; ask again with permissionId.',
      };
  }
}
