import type { Request, RequestHandler, Response } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { isObject } from '../../core/is-object.ts';
import { mayUseAgent } from '../../core/may-use-agent.ts';
import { modelNotFound } from '../../core/model-not-found.ts';
import { sessionHeader } from '../../core/session-header.ts';
import { messages } from '../../dialect/anthropic-messages/endpoint.ts';
import type { Asked } from '../../exchange/asked.ts';
import type { AgentModel, ConfiguredAgentModel } from '../../feature/agent-chats/agent-models.ts';
import { refuseWebPages } from '../middleware/refuse-web-pages.ts';
import { takeRawBody } from '../raw-body.ts';
import { recordOf } from '../record-of.ts';
import type { RouteServices } from './route.ts';

/**
 * What comes before a request whose model is an agent, when its body is parsed: it is refused to those who may not use the
 * agent, and passed on to the service that runs agents. No other request gets there.
 */
export function agentModelGate(services: RouteServices): RequestHandler[] {
  const { corsOrigins, forwardAgents } = services;
  const steps = [refuseWebPages(corsOrigins), refuseOthers, ...(forwardAgents === undefined ? [] : [forwardAgents])];
  return [...steps.map(onlyForAgents), dropRawBody];

  function onlyForAgents(step: RequestHandler): RequestHandler {
    return (req, res, next) => {
      if (askedAgent(req, services) === undefined) next();
      else void step(req, res, next);
    };
  }

  /** As if there were no such model. */
  function refuseOthers(...[req, res, next]: Parameters<RequestHandler>): void {
    const profile = askedAgent(req, services)?.profile;
    if (profile !== undefined && !mayUseAgent(recordOf(res).caller, profile)) throw modelNotFound();
    next();
  }
}

/** A request as it is to be answered: by the agent that is its model, if it is one. */
export async function answeredByAgent(asked: Asked, req: Request, services: RouteServices): Promise<Asked> {
  const agent = askedAgent(req, services);
  if (agent === undefined) return asked;
  try {
    return await begun(asked, agent, req, services);
  } catch (reason) {
    asked.stored?.close();
    throw reason;
  }
}

async function begun(asked: Asked, agent: AgentModel, req: Request, { agentChats }: RouteServices): Promise<Asked> {
  if (agentChats === undefined) throw notHere();
  const { request, record, endpoint, stored } = asked;
  const { sessionId, ignored, run } = await agentChats.begin({
    ...{ caller: record.caller, agent, request },
    body: req.body as Record<string, unknown>,
    // The header may name the stored conversation, which the request has been put together with.
    header: (name) => (name === sessionHeader && stored !== undefined ? undefined : req.get(name)),
    hasBlocks: endpoint.dialect === messages.dialect,
  });
  record.sessionId ??= sessionId;
  record.ignored = [...record.ignored, ...ignored];
  return { ...asked, run };
}

/** The agents of the caller as models that can be asked for. */
export function agentModelsOf({ agentModels }: RouteServices, res: Response): readonly ConfiguredAgentModel[] {
  return agentModels?.list(recordOf(res).caller) ?? [];
}

function askedAgent({ body }: Request, { agentModels }: RouteServices): AgentModel | undefined {
  return isObject(body) ? agentModels?.find(body['model']) : undefined;
}

/** A long conversation is not to be kept twice. */
const dropRawBody: RequestHandler = (req, _res, next) => {
  takeRawBody(req);
  next();
};

function notHere(): HarnessError {
  return new HarnessError(
    'AGENT_UNAVAILABLE',
    'The service that runs the agents is not installed; on the server, run manage.sh install again (docs/agents.md).',
  );
}
