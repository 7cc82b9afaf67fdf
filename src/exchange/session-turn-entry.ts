import type { ErrorContext, ToErrorReply } from '../core/endpoint.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { SessionTurn } from '../core/session-turn.ts';

interface Known {
  /** What the journal calls whose session it is; absent where no token is asked for. */
  client: string | undefined;
  /** The model by its full name, as far as it is known. */
  served: string;
  /** How clients of the session are told of failures. */
  toErrorReply: ToErrorReply;
  planLimitStatus: ErrorContext['planLimitStatus'];
  now: () => number;
}

/** The path at which what begins a turn is sent. */
const route = '/v1/sessions/:id/events';

/** A turn of an agent's session as the journal has it: nobody waited for it on a connection. */
export function sessionTurnEntry(
  turn: SessionTurn,
  { client, served, toErrorReply, planLimitStatus, now }: Known,
): JournalEntry {
  const { id: requestId, sessionId, model, startedAt, endedAt, firstEventMs, usage, toolCalls, finish, error } = turn;
  const { input_tokens: input, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  const context = { requestId, stream: false, now, planLimitStatus };
  return {
    ...{ requestId, route, dialect: 'agent', model, served, toolCalls },
    ...{ session: sessionId, arrivedAt: startedAt, totalMs: endedAt - startedAt },
    ...{ backend: 'cli', stream: false, background: true, clientGone: false },
    status: error === undefined ? 200 : toErrorReply(error, context).status,
    tokensIn: input + read + written,
    tokensOut: usage.output_tokens,
    tokensCached: read,
    tokensCachedFor5Minutes: written,
    tokensCachedForHour: 0,
    tokensThinking: 0,
    ...(client !== undefined && { client }),
    ...(firstEventMs !== undefined && { firstTokenMs: firstEventMs }),
    ...(finish !== undefined && { finish }),
    ...(error !== undefined && { error }),
  };
}
