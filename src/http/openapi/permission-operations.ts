import { permissionSchemas as schemas, respondExamples } from '../../dialect/permissions/description.ts';
import { described, ofSession, reading, withBody } from './agent-operation.ts';
import { messagesFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, pathParameter, streamAnswer, type Operation } from './operation.ts';

const requestId = pathParameter('id', 'The id of the request, which is that of the event of the call.');

/** What agents ask before they do it. */
export const permissionOperations = {
  streamPermissions: described({
    id: 'streamPermissions',
    summary: 'What the agents ask permission for, in all sessions of the token',
    description: 'Begins with every request that is pending. The stream ends when the service stops.',
    answers: {
      200: streamAnswer('The events.', everyAnswer, [
        schemas.request,
        schemas.resolved,
        schemas.expired,
        schemas.ping,
        messagesFormat.schema,
      ]),
    },
    failures: [...behindToken, 'AGENT_NOT_FOUND'],
  }),
  getPermission: described({
    id: 'getPermission',
    summary: 'A request for permission',
    parameters: [requestId],
    answers: { 200: jsonAnswer('The request.', everyAnswer, schemas.permission) },
    failures: [...reading, ...ofSession],
  }),
  respondToPermission: described({
    id: 'respondToPermission',
    summary: 'Allows or denies what an agent asks permission for',
    description: 'The first answer counts, also one that is given as an event of the session; others get a 409.',
    parameters: [requestId],
    body: { schema: schemas.respondBody, examples: respondExamples },
    answers: { 200: jsonAnswer('The answer is taken.', everyAnswer, schemas.respondReply) },
    failures: [...withBody, ...ofSession, 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'],
  }),
} satisfies Record<string, Operation>;
