import type { Request, RequestHandler, Response } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { ClientEvent } from '../../../core/session-event.ts';
import type { Caller, Sessions } from '../../../core/sessions.ts';
import { messages } from '../../../dialect/anthropic-messages/endpoint.ts';
import { nameField } from '../../../dialect/managed-agents/name-field.ts';
import { jsonBody, refuseForms } from '../../middleware/json-body.ts';
import type { agentOperations } from '../../openapi/agent-operations.ts';
import { requireOwner } from '../../middleware/require-role.ts';
import { refuseWebPages } from '../../middleware/refuse-web-pages.ts';
import { recordOf } from '../../record-of.ts';
import type { Described, Route, RouteApi, RouteServices } from '../route.ts';

type Operations = typeof agentOperations;

export interface AgentRouteOptions {
  method: Route['method'];
  path: string;
  hasBody?: boolean;
  handle: (services: RouteServices) => RequestHandler;
  /** Absent where nothing is answered. */
  operation?: keyof Operations;
  /** The API whose clients ask; Anthropic's by default. */
  api?: RouteApi;
  /** Owners only, here and where it is passed on to. */
  isOwners?: boolean;
  /** Whoever has a signed link may ask: without a token, from any page and by a form. */
  isLink?: boolean;
}

/** How failures look to clients of agents. */
export const agentApi: RouteApi = {
  dialect: messages.dialect,
  error: (error, context) => messages.error(nameField(error), context),
};

/** A route about agents. The CLI runs them, so that it has no copy under `/api`. */
export function agentRoute(options: AgentRouteOptions): Route {
  const {
    method,
    path,
    hasBody = false,
    handle,
    operation,
    api = agentApi,
    isLink = false,
    isOwners = false,
  } = options;
  return {
    method,
    path,
    bases: [''],
    api,
    handle: (services) => [
      ...(isOwners ? [requireOwner] : []),
      ...(services.forwardAgents === undefined ? [] : [services.forwardAgents]),
      ...(isLink ? [] : [refuseWebPages(services.corsOrigins), ...bodyOf(services)]),
      handle(services),
    ],
    ...(isLink && { isOpen: true }),
    ...(operation !== undefined && { describe: async () => described(operation) }),
  };

  function bodyOf({ bodyLimitBytes }: RouteServices): RequestHandler[] {
    if (hasBody) return jsonBody(bodyLimitBytes);
    return method === 'get' ? [] : [refuseForms];
  }
}

async function described(operation: keyof Operations): Promise<Described> {
  return (await import('../../openapi/agent-operations.ts')).agentOperations[operation];
}

/** Throws `AGENT_NOT_FOUND` where there are no agents at all. */
export function sessionsOf({ sessions }: RouteServices): Sessions {
  if (sessions === undefined) throw noAgents();
  return sessions;
}

export function noAgents(): HarnessError {
  return new HarnessError(
    'AGENT_NOT_FOUND',
    'No agents are configured; the server’s owner adds them under agents in the configuration, and where it is installed runs manage.sh install again (docs/agents.md).',
  );
}

/** Throws where the client may have no turn now, which these events would begin. */
export function admitTurns({ budgets }: RouteServices, res: Response, events: readonly ClientEvent[]): void {
  if (events.some(({ type }) => type === 'user.message')) budgets.admit(recordOf(res).client, true);
}

export function callerOf(res: Response): Caller {
  return recordOf(res).caller;
}

export function idOf({ params }: Request): string {
  return String(params['id']);
}
