import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { isObject } from '../../core/is-object.ts';
import { toClosedSession, toNewSession, toStoredSession } from '../../dialect/conversations/session.ts';
import { Conversations } from '../../feature/conversations/conversations.ts';
import { jsonBody, refuseForms } from '../middleware/json-body.ts';
import { refuseWebPages } from '../middleware/refuse-web-pages.ts';
import { agentApi, callerOf, idOf } from './agents/agent-route.ts';
import type { Route, RouteServices } from './route.ts';

const shared: Pick<Route, 'bases' | 'api'> = { bases: [''], api: agentApi };
const path = '/v1/sessions/:id';

/**
 * Conversations that chat clients store. Agents have sessions at the same paths, which go on to their routes unread: they
 * may be another service's. Those describe both.
 */
export const conversationRoutes: readonly Route[] = [
  { ...shared, method: 'post', path: '/v1/sessions', handle: create },
  { ...shared, method: 'get', path, handle: show },
  { ...shared, method: 'delete', path, handle: forget },
];

function create({ conversations, corsOrigins, bodyLimitBytes }: RouteServices): RequestHandler[] {
  return [
    onlyWhere((req) => lengthOf(req) <= '{}'.length),
    refuseWebPages(corsOrigins),
    refuseForms,
    ...jsonBody(bodyLimitBytes).map(unlessEmpty),
    async (req, res) => {
      const body: unknown = req.body;
      if (body !== undefined && !isObject(body)) throw notAnObject();
      res.json(toNewSession(await conversations.create(callerOf(res))));
    },
  ];
}

function show({ conversations }: RouteServices): RequestHandler[] {
  return [
    onlyWhere(namesConversation),
    async (req, res) => {
      res.json(toStoredSession(await conversations.describe(callerOf(res), idOf(req))));
    },
  ];
}

function forget({ conversations, corsOrigins }: RouteServices): RequestHandler[] {
  return [
    onlyWhere(namesConversation),
    refuseWebPages(corsOrigins),
    refuseForms,
    async (req, res) => {
      const id = idOf(req);
      await conversations.delete(callerOf(res), id);
      res.json(toClosedSession(id));
    },
  ];
}

function onlyWhere(isMeant: (req: Request) => boolean): RequestHandler {
  return (req, _res, next) => {
    if (isMeant(req)) next();
    else next('route');
  };
}

function namesConversation(req: Request): boolean {
  return Conversations.isId(idOf(req));
}

/** Of the body, in bytes. One that does not say its length may have any. */
function lengthOf(req: Request): number {
  if (req.get('transfer-encoding') !== undefined) return Infinity;
  return Number(req.get('content-length') ?? 0);
}

function unlessEmpty(handle: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (lengthOf(req) > 0) return handle(req, res, next);
    next();
    return undefined;
  };
}

function notAnObject(): HarnessError {
  return new HarnessError('INVALID_REQUEST', 'The body must be empty, or an object.');
}
