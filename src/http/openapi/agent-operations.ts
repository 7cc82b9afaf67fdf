import {
  agentSchemas as schemas,
  createExamples,
  sendExamples,
  updateExamples,
  versionHeaders,
} from '../../dialect/managed-agents/description.ts';
import {
  agentQuery,
  eventQuery,
  pageQuery,
  sessionQuery,
  streamQuery,
  versionQuery,
} from '../../dialect/managed-agents/query-schema.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { messagesFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import {
  jsonAnswer,
  operation,
  pathParameter,
  queryParameters,
  streamAnswer,
  type Operation,
  type OperationOptions,
} from './operation.ts';

const reading: readonly ErrorCode[] = [...behindToken, 'INVALID_REQUEST'];
const changing: readonly ErrorCode[] = [...reading, 'UNSUPPORTED_MEDIA_TYPE'];
const withBody: readonly ErrorCode[] = [...changing, 'UNSUPPORTED_PARAMETER', 'BODY_TOO_LARGE'];
/** Of sessions that exist: there may be none at all, since there are no agents. */
const ofSession: readonly ErrorCode[] = ['AGENT_NOT_FOUND', 'SESSION_NOT_FOUND'];

const about = {
  limit: 'The maximum number of items.',
  page: '`next_page` or `prev_page` of the answer before.',
  order: 'By the time of creation.',
  'created_at[gt]': 'Those after this time.',
  'created_at[gte]': 'Those from this time on.',
  'created_at[lt]': 'Those before this time.',
  'created_at[lte]': 'Those until this time.',
  version: 'The newest one by default.',
  agent_id: 'Those of one agent.',
  agent_version: 'Those of one version of it.',
  include_archived: 'Archived ones too.',
  statuses: 'Those in one of these states. Also as `statuses[]`.',
  types: 'Those of one of these types. Also as `types[]`.',
  deployment_id: 'Not supported.',
  memory_store_id: 'Not supported.',
  after:
    'The id of the last event that the client has seen: the stream goes on from there. By default it begins now. A header `Last-Event-ID` comes first.',
  event_deltas:
    '`agent.message`: the text of messages while it is written, as `event_start` and `event_delta`. Also as `event_deltas[]`.',
};

function described({
  parameters = [],
  ...options
}: Pick<OperationOptions, 'id' | 'summary' | 'answers' | 'failures'> & Partial<OperationOptions>): Operation {
  return operation({
    tag: 'Agents',
    formats: [messagesFormat],
    headers: everyAnswer,
    parameters: [...parameters, ...versionHeaders],
    ...options,
  });
}

const agentId = pathParameter('id', 'The name of the agent.');
const sessionId = pathParameter('id', 'The id of the session.');
const oneSession = {
  200: jsonAnswer('The session.', everyAnswer, schemas.session),
};

/** Anthropic's API of agents. */
export const agentOperations = {
  listAgents: described({
    id: 'listAgents',
    summary: 'The agents that may be used',
    description: 'They come from the configuration; the API cannot change them.',
    parameters: queryParameters(agentQuery, about),
    answers: { 200: jsonAnswer('A page of agents.', everyAnswer, schemas.agentPage) },
    failures: reading,
  }),
  getAgent: described({
    id: 'getAgent',
    summary: 'An agent',
    parameters: [agentId, ...queryParameters(versionQuery, about)],
    answers: { 200: jsonAnswer('The agent.', everyAnswer, schemas.agent) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  listAgentVersions: described({
    id: 'listAgentVersions',
    summary: 'What an agent was and is, as far as it is known',
    parameters: [agentId, ...queryParameters(pageQuery, about)],
    answers: { 200: jsonAnswer('A page of versions.', everyAnswer, schemas.agentPage) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  listEnvironments: described({
    id: 'listEnvironments',
    summary: 'Where the agents work',
    description: 'Each agent has one environment, of its name: its folders.',
    parameters: queryParameters(pageQuery, about),
    answers: { 200: jsonAnswer('A page of environments.', everyAnswer, schemas.environmentPage) },
    failures: reading,
  }),
  getEnvironment: described({
    id: 'getEnvironment',
    summary: 'Where an agent works',
    parameters: [agentId],
    answers: { 200: jsonAnswer('The environment.', everyAnswer, schemas.environment) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  createSession: described({
    id: 'createSession',
    summary: 'A new session of an agent',
    description: 'With `initial_events` the agent begins to work at once. What happens is in the session’s events.',
    body: { schema: schemas.createBody, examples: createExamples },
    answers: oneSession,
    failures: [...withBody, 'AGENT_NOT_FOUND', 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'],
  }),
  listSessions: described({
    id: 'listSessions',
    summary: 'The sessions',
    parameters: queryParameters(sessionQuery, about),
    answers: { 200: jsonAnswer('A page of sessions.', everyAnswer, schemas.sessionPage) },
    failures: [...reading, 'UNSUPPORTED_PARAMETER'],
  }),
  getSession: described({
    id: 'getSession',
    summary: 'A session',
    parameters: [sessionId],
    answers: oneSession,
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
    summary: 'Deletes a session with all its events, and ends what it does',
    parameters: [sessionId],
    answers: { 200: jsonAnswer('The session is deleted.', everyAnswer, schemas.deletedSession) },
    failures: [...changing, ...ofSession],
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
    failures: [...withBody, ...ofSession, 'SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'],
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
    failures: [...reading, ...ofSession],
  }),
} satisfies Record<string, Operation>;
