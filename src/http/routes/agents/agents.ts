import type { RequestHandler } from 'express';
import type { Agent, TimeRange } from '../../../core/sessions.ts';
import { toWireAgent } from '../../../dialect/managed-agents/agents.ts';
import { toWireEnvironment } from '../../../dialect/managed-agents/environments.ts';
import { cutPage } from '../../../dialect/managed-agents/pages.ts';
import { fromAgentQuery, fromPageQuery, versionOf } from '../../../dialect/managed-agents/query.ts';
import { readQuery } from '../../read-query.ts';
import type { Route, RouteServices } from '../route.ts';
import { agentRoute, callerOf, idOf, sessionsOf } from './agent-route.ts';

/** All agents, and the folders in which they work. */
export const agentListRoutes: readonly Route[] = [
  agentRoute({ method: 'get', path: '/v1/agents', handle: listAgents, operation: 'listAgents' }),
  agentRoute({ method: 'get', path: '/v1/agents/:id', handle: showAgent, operation: 'getAgent' }),
  agentRoute({ method: 'get', path: '/v1/agents/:id/versions', handle: listVersions, operation: 'listAgentVersions' }),
  agentRoute({ method: 'get', path: '/v1/environments', handle: listEnvironments, operation: 'listEnvironments' }),
  agentRoute({ method: 'get', path: '/v1/environments/:id', handle: showEnvironment, operation: 'getEnvironment' }),
];

function listAgents({ sessions, createdAgents }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { created, includeArchived, ...page } = fromAgentQuery(readQuery(req));
    const caller = callerOf(res);
    const agents = [
      ...((await sessions?.agents(caller)) ?? []),
      ...((await createdAgents?.list(caller, { includeArchived })) ?? []),
    ];
    res.json(
      cutPage(agents.filter(({ createdAt }) => isWithin(createdAt, created)).map(toWireAgent), page, ({ id }) => id),
    );
  };
}

function showAgent(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const version = versionOf(readQuery(req));
    res.json(toWireAgent(await sessionsOf(services).agent(callerOf(res), idOf(req), version)));
  };
}

function listVersions(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const page = fromPageQuery(readQuery(req));
    const versions = await sessionsOf(services).agentVersions(callerOf(res), idOf(req));
    res.json(cutPage(versions.map(toWireAgent), page, ({ version }) => String(version)));
  };
}

function listEnvironments({ sessions }: RouteServices): RequestHandler {
  return async (req, res) => {
    const page = fromPageQuery(readQuery(req));
    const agents: readonly Agent[] = (await sessions?.agents(callerOf(res))) ?? [];
    res.json(cutPage(agents.map(toWireEnvironment), page, ({ id }) => id));
  };
}

function showEnvironment(services: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireEnvironment(await sessionsOf(services).agent(callerOf(res), idOf(req))));
  };
}

function isWithin(time: number, range: TimeRange): boolean {
  const { after = -Infinity, from = -Infinity, before = Infinity, until = Infinity } = range;
  return time > after && time >= from && time < before && time <= until;
}
