import type { RequestHandler } from 'express';
import type { Caller, Sessions } from '../../../core/sessions.ts';
import { toWirePage } from '../../../dialect/managed-agents/pages.ts';
import { fromSessionQuery } from '../../../dialect/managed-agents/query.ts';
import {
  parseCreateBody,
  parseUpdateBody,
  toSessionDraft,
  toSessionPatch,
} from '../../../dialect/managed-agents/session-request.ts';
import { toDeletedSession, toWireSession } from '../../../dialect/managed-agents/sessions.ts';
import { readQuery } from '../../read-query.ts';
import type { Route, RouteServices } from '../route.ts';
import { admitTurns, agentRoute, callerOf, idOf, sessionsOf } from './agent-route.ts';

const path = '/v1/sessions/:id';

/** Sessions of agents, without what happens in them. */
export const sessionRoutes: readonly Route[] = [
  agentRoute({ method: 'post', path: '/v1/sessions', hasBody: true, handle: create, operation: 'createSession' }),
  agentRoute({ method: 'get', path: '/v1/sessions', handle: list, operation: 'listSessions' }),
  agentRoute({ method: 'get', path, handle: show, operation: 'getSession' }),
  agentRoute({ method: 'post', path, hasBody: true, handle: update, operation: 'updateSession' }),
  agentRoute({ method: 'delete', path, handle: forget, operation: 'deleteSession' }),
  agentRoute({ method: 'post', path: `${path}/archive`, handle: archive, operation: 'archiveSession' }),
  agentRoute({ method: 'get', path: `${path}/resources`, handle: listResources, operation: 'listSessionResources' }),
];

function create(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const body = parseCreateBody(req.body);
    const sessions = sessionsOf(services);
    const caller = callerOf(res);
    const { id, version } = body.agent ?? (await agentOfSession(sessions, caller, body.fork_from));
    const agent = await sessions.agent(caller, id, version);
    const draft = toSessionDraft(body, agent);
    admitTurns(services, res, draft.events);
    const session = await sessions.create(caller, draft);
    res.json(toWireSession(session, services.now()));
  };
}

/** A fork that names no agent has that of the other session, as it is now. */
async function agentOfSession(
  sessions: Sessions,
  caller: Caller,
  sessionId = '',
): Promise<{ id: string; version?: number }> {
  const { agent } = await sessions.get(caller, sessionId);
  return { id: agent.profile.name };
}

function list({ sessions, now }: RouteServices): RequestHandler {
  return async (req, res) => {
    const query = fromSessionQuery(readQuery(req));
    const asksForNone = query.statuses?.length === 0;
    const page = asksForNone ? undefined : await sessions?.list(callerOf(res), query);
    res.json(toWirePage(page ?? { data: [] }, (session) => toWireSession(session, now())));
  };
}

function show(services: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireSession(await sessionsOf(services).get(callerOf(res), idOf(req)), services.now()));
  };
}

function update(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const body = parseUpdateBody(req.body);
    const sessions = sessionsOf(services);
    const { agent } = await sessions.get(callerOf(res), idOf(req));
    const session = await sessions.update(callerOf(res), idOf(req), toSessionPatch(body, agent.profile));
    res.json(toWireSession(session, services.now()));
  };
}

function archive(services: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireSession(await sessionsOf(services).archive(callerOf(res), idOf(req)), services.now()));
  };
}

function forget(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    await sessionsOf(services).delete(callerOf(res), id);
    res.json(toDeletedSession(id));
  };
}

/** Nothing is ever mounted into a session. */
function listResources(services: RouteServices): RequestHandler {
  return async (req, res) => {
    await sessionsOf(services).get(callerOf(res), idOf(req));
    res.json({ data: [], next_page: null });
  };
}
