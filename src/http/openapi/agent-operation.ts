import type { ErrorCode } from '../../core/errors.ts';
import { versionHeaders } from '../../dialect/managed-agents/description.ts';
import { messagesFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { operation, type Operation, type OperationOptions } from './operation.ts';

/** What can fail in requests that read something, that change it without a body, and with one. */
export const reading: readonly ErrorCode[] = [...behindToken, 'INVALID_REQUEST'];
export const changing: readonly ErrorCode[] = [...reading, 'UNSUPPORTED_MEDIA_TYPE'];
export const withBody: readonly ErrorCode[] = [...changing, 'UNSUPPORTED_PARAMETER', 'BODY_TOO_LARGE'];
/** Of sessions that exist: there may be none at all, since there are no agents. */
export const ofSession: readonly ErrorCode[] = ['AGENT_NOT_FOUND', 'SESSION_NOT_FOUND'];

/** What the parameters of queries are for. */
export const about = {
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

/** An operation of Anthropic's API of agents. */
export function described({
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
