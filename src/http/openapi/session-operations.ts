import {
  agentSchemas as schemas,
  createExamples,
  sendExamples,
  updateExamples,
} from '../../dialect/managed-agents/description.ts';
import { conversationSchemas } from '../../dialect/conversations/description.ts';
import { eventQuery, sessionQuery, streamQuery } from '../../dialect/managed-agents/query-schema.ts';
import { about, changing, described, ofSession, reading, withBody } from './agent-operation.ts';
import { messagesFormat } from './errors-format.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, pathParameter, queryParameters, streamAnswer, type Operation } from './operation.ts';

const sessionId = pathParameter('id', 'The id of the session.');
const oneSession = {
  200: jsonAnswer('The session.', everyAnswer, schemas.session),
};

/** Sessions of agents, and what happens in them. Some paths serve stored conversations too. */
export const sessionOperations = {
  createSession: described({
    id: 'createSession',
    summary: 'A new session of an agent, or a new stored conversation',
    description:
      'With `initial_events` the agent begins to work at once. What happens is in the session’s events.\n\n' +
      'Without a body, or with an empty object, it is a conversation for chats, which go on with it when they name it in the header `x-session-id`. Its id begins with `session_`. It needs no agents.',
    body: { schema: schemas.createBody, examples: createExamples, isOptional: true },
    answers: {
      200: jsonAnswer('The session, or the conversation.', everyAnswer, schemas.session, conversationSchemas.created),
    },
    failures: [...withBody, 'AGENT_NOT_FOUND', 'FILE_NOT_FOUND', 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'],
  }),
  listSessions: described({
    id: 'listSessions',
    summary: 'The sessions',
    description: 'Where several machines share a database, those of all machines.',
    parameters: queryParameters(sessionQuery, about),
    answers: { 200: jsonAnswer('A page of sessions.', everyAnswer, schemas.sessionPage) },
    failures: [...reading, 'UNSUPPORTED_PARAMETER'],
  }),
  getSession: described({
    id: 'getSession',
    summary: 'A session, or a stored conversation',
    parameters: [sessionId],
    answers: {
      200: jsonAnswer('The session, or the conversation.', everyAnswer, schemas.session, conversationSchemas.stored),
    },
    failures: [...reading, ...ofSession],
  }),
  updateSession: described({
    id: 'updateSession',
    summary: 'Changes a session',
    description: 'Fields that are absent stay as they are. Tools can be changed while the agent does not work.',
    parameters: [sessionId],
    body: { schema: schemas.updateBody, examples: updateExamples },
    answers: oneSession,
    failures: [...withBody, ...ofSession, 'SESSION_CONFLICT'],
  }),
  deleteSession: described({
    id: 'deleteSession',
    summary: 'Deletes a session with all its events and ends what it does, or deletes a stored conversation',
    parameters: [sessionId],
    answers: {
      200: jsonAnswer('It is deleted.', everyAnswer, schemas.deletedSession, conversationSchemas.closed),
    },
    failures: [...changing, ...ofSession, 'SESSION_CONFLICT'],
  }),
  archiveSession: described({
    id: 'archiveSession',
    summary: 'Closes a session: its events can be read, and none be sent',
    parameters: [sessionId],
    answers: oneSession,
    failures: [...changing, ...ofSession, 'SESSION_CONFLICT'],
  }),
  listSessionResources: described({
    id: 'listSessionResources',
    summary: 'What is mounted into a session: nothing',
    parameters: [sessionId],
    answers: { 200: jsonAnswer('An empty page.', everyAnswer, schemas.resourcePage) },
    failures: [...reading, ...ofSession],
  }),
  listSessionEvents: described({
    id: 'listSessionEvents',
    summary: 'What has happened in a session',
    parameters: [sessionId, ...queryParameters(eventQuery, about)],
    answers: { 200: jsonAnswer('A page of events.', everyAnswer, schemas.eventPage) },
    failures: [...reading, ...ofSession],
  }),
  sendSessionEvents: described({
    id: 'sendSessionEvents',
    summary: 'Says something to the agent, stops it, decides about a call, or gives the result of one',
    description: 'All events are accepted, or none. They take their turns in order.',
    parameters: [sessionId],
    body: { schema: schemas.sendBody, examples: sendExamples },
    answers: { 200: jsonAnswer('The events, with their ids.', everyAnswer, schemas.sentEvents) },
    failures: [...withBody, ...ofSession, 'FILE_NOT_FOUND', 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'],
  }),
  streamSessionEvents: described({
    id: 'streamSessionEvents',
    summary: 'What happens in a session, while it happens',
    description:
      'The stream ends when the session is deleted or the service stops. Each event’s `id` is its id, from which a client that connects again goes on. Previews are sent once and never kept.',
    parameters: [sessionId, ...queryParameters(streamQuery, about)],
    answers: {
      200: streamAnswer('The events.', everyAnswer, [
        schemas.event,
        schemas.preview,
        schemas.ping,
        messagesFormat.schema,
      ]),
    },
    failures: [...reading, ...ofSession, 'SESSION_CONFLICT'],
  }),
} satisfies Record<string, Operation>;
