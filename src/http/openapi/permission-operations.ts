import { checkExamples, permissionSchemas as schemas, respondExamples } from '../../dialect/permissions/description.ts';
import { described, ofSession, reading, withBody } from './agent-operation.ts';
import { messagesFormat } from './errors-format.ts';
import { anywhere, behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import {
  contentAnswer,
  jsonAnswer,
  pageOrJsonAnswer,
  pathParameter,
  queryParameter,
  streamAnswer,
  type Operation,
} from './operation.ts';

const requestId = pathParameter('id', 'The id of the request, which is that of the event of the call.');

const link = [
  requestId,
  queryParameter('decision', { enum: ['allow', 'deny'] }, 'What the link does.'),
  queryParameter('expires', { type: 'integer' }, 'Until when, in seconds since the epoch.'),
  queryParameter('signature', { type: 'string' }, 'Over the id and both of them, by the service.'),
];
const ofLink = [...anywhere, 'INVALID_REQUEST', 'SESSION_NOT_FOUND', 'SESSION_CONFLICT', 'LINK_EXPIRED'] as const;
const aboutLink =
  'Links come with notices (`agents.notify_url`), and need no token. For browsers failures are pages, too, with the same status.';

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
    failures: [...reading, ...ofSession, 'SESSION_CONFLICT'],
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
  checkPermission: described({
    id: 'checkPermission',
    summary: 'What became of a request for permission, as a permission tool of an MCP server tells it',
    body: { schema: schemas.checkBody, examples: checkExamples },
    answers: { 200: jsonAnswer('What became of it.', everyAnswer, schemas.checkReply) },
    failures: [...withBody, ...ofSession, 'SESSION_CONFLICT'],
  }),
  showPermissionLink: described({
    id: 'showPermissionLink',
    summary: 'What a link allows or denies, as a page with a button; it decides nothing',
    description: aboutLink,
    isPublic: true,
    parameters: link,
    answers: { 200: contentAnswer('The page.', everyAnswer, 'text/html', { type: 'string' }) },
    failures: ofLink,
  }),
  decideByLink: described({
    id: 'decideByLink',
    summary: 'Allows or denies what an agent asks permission for, as a link says',
    description: aboutLink,
    isPublic: true,
    parameters: link,
    answers: { 200: pageOrJsonAnswer('The answer is taken.', everyAnswer, schemas.respondReply) },
    failures: [...ofLink, 'AGENT_NOT_FOUND', 'AGENT_UNAVAILABLE', 'DRAINING'],
  }),
} satisfies Record<string, Operation>;
