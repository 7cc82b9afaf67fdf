import type { RequestHandler } from 'express';
import type { CreatedAgents } from '../../../core/created-agents.ts';
import {
  chooseProfile,
  parseAgentBody,
  parseAgentUpdateBody,
  toAgentDefinition,
  toAgentPatch,
} from '../../../dialect/managed-agents/agent-request.ts';
import { toWireAgent } from '../../../dialect/managed-agents/agents.ts';
import type { Route, RouteServices } from '../route.ts';
import { agentRoute, callerOf, idOf, noAgents, sessionsOf } from './agent-route.ts';

const path = '/v1/agents/:id';
const isOwners = true;

/** Agents that narrow those of the configuration, for owners to create and change. */
export const changeAgentRoutes: readonly Route[] = [
  agentRoute({ method: 'post', path: '/v1/agents', hasBody: true, isOwners, handle: create, operation: 'createAgent' }),
  agentRoute({ method: 'post', path, hasBody: true, isOwners, handle: update, operation: 'updateAgent' }),
  agentRoute({ method: 'post', path: `${path}/archive`, isOwners, handle: archive, operation: 'archiveAgent' }),
];

function create(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const body = parseAgentBody(req.body);
    const caller = callerOf(res);
    const profile = chooseProfile(await sessionsOf(services).agents(caller), body);
    res.json(toWireAgent(await createdAgentsOf(services).create(caller, toAgentDefinition(body, profile))));
  };
}

function update(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const body = parseAgentUpdateBody(req.body);
    const sessions = sessionsOf(services);
    const caller = callerOf(res);
    const id = idOf(req);
    const { definition } = await sessions.agent(caller, id);
    // One of the configuration can't be changed, which it is left to say.
    const patch =
      definition && toAgentPatch(body, definition, chooseProfile(await sessions.agents(caller), body, definition));
    res.json(toWireAgent(await createdAgentsOf(services).update(caller, id, patch ?? {}, body.version)));
  };
}

function archive(services: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireAgent(await createdAgentsOf(services).archive(callerOf(res), idOf(req))));
  };
}

function createdAgentsOf({ createdAgents }: RouteServices): CreatedAgents {
  if (createdAgents === undefined) throw noAgents();
  return createdAgents;
}
