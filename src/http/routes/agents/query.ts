import type { RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import { sessionHeader } from '../../../core/session-header.ts';
import { isCreatedAgentId } from '../../../core/agent-definition.ts';
import type { Agent, Caller, Session, Sessions } from '../../../core/sessions.ts';
import { toCapabilities } from '../../../dialect/aicore-query/capabilities.ts';
import {
  checkResumed,
  chooseAgent,
  fromQueryBody,
  fromQueryParams,
  toDraft,
  toMessage,
  toOverrides,
} from '../../../dialect/aicore-query/request.ts';
import type { QueryBody } from '../../../dialect/aicore-query/request-schema.ts';
import { queryEvents } from '../../../dialect/aicore-query/stream-format.ts';
import { toFailedQuery } from '../../../dialect/aicore-query/tally.ts';
import type { CancelledQuery } from '../../../dialect/aicore-query/types.ts';
import { followLive } from '../../follow-live.ts';
import { readQuery } from '../../read-query.ts';
import type { Route, RouteServices } from '../route.ts';
import { admitTurns, agentRoute, callerOf, idOf, sessionsOf } from './agent-route.ts';
import { queryApi as api } from './query-api.ts';
import { chooseFolder } from './query-folder.ts';
import { runQuery } from './run-query.ts';

/** Agents as AiCore's proxy server has them: a query is a turn of a session, whose id is its own. */
export const queryRoutes: readonly Route[] = [
  agentRoute({ method: 'post', path: '/query', hasBody: true, handle: query, operation: 'query', api }),
  agentRoute({ method: 'delete', path: '/query/:id', handle: cancel, operation: 'cancelQuery', api }),
  agentRoute({ method: 'get', path: '/capabilities', handle: capabilities, operation: 'getCapabilities', api }),
];

function query(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const body = fromQueryBody(req.body);
    const inAddress = fromQueryParams(readQuery(req));
    const sessions = sessionsOf(services);
    const caller = callerOf(res);
    const message = toMessage(body);
    admitTurns(services, res, [message]);
    const session = await sessionFor(sessions, caller, body, inAddress);
    res.set(sessionHeader, session.id);
    const run = { ...services, sessions, caller, session, message };
    await followLive((signal) => runQuery(run, signal), res, {
      ...services,
      format: queryEvents(),
      toFailure: ({ message }) => toFailedQuery(message),
    });
  };
}

/** A new one, or the one to go on with. */
async function sessionFor(
  sessions: Sessions,
  caller: Caller,
  body: QueryBody,
  inAddress: string | undefined,
): Promise<Session> {
  const resumed = body.options?.resume == null ? undefined : await sessions.get(caller, body.options.resume);
  const named = body.options?.agent ?? inAddress;
  const agents = resumed === undefined ? await agentsFor(sessions, caller, named) : [resumed.agent];
  const agent = chooseAgent(agents, body, inAddress);
  if (agent === undefined) {
    throw new HarnessError('AGENT_NOT_FOUND', 'There is no agent that this token may use; the server’s owner adds it.');
  }
  const { profile } = agent;
  const folder = body.options?.cwd == null ? undefined : await chooseFolder(body.options.cwd, profile);
  const overrides = toOverrides(body, profile, folder);
  if (resumed === undefined) return sessions.create(caller, toDraft(profile.name, overrides));
  checkResumed(resumed, overrides);
  if (resumed.status === 'running') {
    throw new HarnessError('SESSION_CONFLICT', 'The session is running; cancel its query, or wait until it is idle.');
  }
  return resumed;
}

/** Those of the configuration, or the one that was created and is named. */
async function agentsFor(sessions: Sessions, caller: Caller, named: string | undefined): Promise<readonly Agent[]> {
  const agents = await sessions.agents(caller);
  const isConfigured = agents.some(({ profile }) => profile.name === named);
  if (named === undefined || isConfigured || !isCreatedAgentId(named)) return agents;
  return [await sessions.agent(caller, named)];
}

function cancel(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    await sessionsOf(services).send(callerOf(res), id, [{ type: 'user.interrupt' }]);
    res.json({ status: 'cancelled', session_id: id } satisfies CancelledQuery);
  };
}

function capabilities({ sessions, health }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const { version, cli } = health();
    const agents = (await sessions?.agents(callerOf(res))) ?? [];
    res.json(toCapabilities(agents, { server: version, cli: cli?.version }));
  };
}
