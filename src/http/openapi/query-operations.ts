import { queryErrors, queryExamples, querySchemas as schemas } from '../../dialect/aicore-query/description.ts';
import { queryErrorReply } from '../routes/agents/query-api.ts';
import { ofSession, withBody } from './agent-operation.ts';
import type { ErrorsFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, pathParameter, operation, queryParameter, streamAnswer, type Operation } from './operation.ts';

const detailFormat: ErrorsFormat = { ...queryErrors, toReply: queryErrorReply };
const shared = { tag: 'Agents', formats: [detailFormat], headers: everyAnswer } as const;
const starting = ['SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'] as const;

/** Agents as AiCore's proxy server has them. */
export const queryOperations = {
  query: operation({
    ...shared,
    id: 'query',
    summary: 'Lets an agent work on a prompt, and tells how',
    description:
      'As AiCore’s proxy server: each event has a name, such as `stream_event` or `result_message`. The session is kept; `options.resume` goes on with it. A client that leaves cancels its query.',
    headers: [...everyAnswer, 'x-session-id'],
    parameters: [queryParameter('agent', { type: 'string' }, 'The same as `options.agent`.')],
    body: { schema: schemas.body, examples: queryExamples },
    answers: {
      200: streamAnswer(
        'The events.',
        [...everyAnswer, 'x-session-id'],
        [
          schemas.streamEvent,
          schemas.assistantMessage,
          schemas.userMessage,
          schemas.systemMessage,
          schemas.resultMessage,
          schemas.failed,
        ],
      ),
    },
    failures: [...withBody, ...ofSession, ...starting, 'FOLDER_NOT_ALLOWED'],
  }),
  cancelQuery: operation({
    ...shared,
    id: 'cancelQuery',
    summary: 'Ends a query, its tools with it',
    parameters: [pathParameter('id', 'The id of the session, as in the header `x-session-id`.')],
    answers: { 200: jsonAnswer('It ends.', everyAnswer, schemas.cancelled) },
    failures: [...behindToken, 'UNSUPPORTED_MEDIA_TYPE', ...ofSession, ...starting],
  }),
  getCapabilities: operation({
    ...shared,
    id: 'getCapabilities',
    summary: 'What may be asked of `/query`',
    answers: { 200: jsonAnswer('The options and the folders.', everyAnswer, schemas.capabilities) },
    failures: behindToken,
  }),
} satisfies Record<string, Operation>;
