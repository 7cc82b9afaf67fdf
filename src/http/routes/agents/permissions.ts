import type { RequestHandler } from 'express';
import type { QuestionChange } from '../../../core/sessions.ts';
import { fromCheckBody, toCheckReply } from '../../../dialect/permissions/check.ts';
import { toPermissionEvent, toWirePermission } from '../../../dialect/permissions/permissions.ts';
import { fromRespondBody, toConfirmation, toRespondReply } from '../../../dialect/permissions/respond.ts';
import { connected, permissionEvents } from '../../../dialect/permissions/stream-format.ts';
import type { PermissionEvent, PermissionPing } from '../../../dialect/permissions/types.ts';
import { followLive } from '../../follow-live.ts';
import type { Route, RouteServices } from '../route.ts';
import { agentRoute, callerOf, idOf, sessionsOf } from './agent-route.ts';
import { answerQuestion } from './answer-question.ts';

const path = '/permissions/:id';
const defaultPingMs = 30_000;

/** What agents ask before they do it, as ccproxy has it: another face of the questions of sessions. */
export const permissionRoutes: readonly Route[] = [
  // Before the path of one request, whose id it would be.
  agentRoute({ method: 'get', path: '/permissions/stream', handle: follow, operation: 'streamPermissions' }),
  agentRoute({ method: 'get', path, handle: show, operation: 'getPermission' }),
  agentRoute({
    method: 'post',
    path: `${path}/respond`,
    hasBody: true,
    handle: respond,
    operation: 'respondToPermission',
  }),
  agentRoute({
    method: 'post',
    path: '/mcp/permission/check',
    hasBody: true,
    handle: check,
    operation: 'checkPermission',
  }),
];

function follow(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const sessions = sessionsOf(services);
    if (req.method === 'HEAD') {
      // It has no end that its client could see.
      res.type('text/event-stream').end();
      return;
    }
    const format = { format: permissionEvents, silenceMs: services.permissionPingMs ?? defaultPingMs };
    const open = async (signal: AbortSignal) => toEvents(await sessions.followQuestions(callerOf(res), signal));
    await followLive(open, res, { ...services, ...format });
  };
}

async function* toEvents(changes: AsyncIterable<QuestionChange>): AsyncGenerator<PermissionPing | PermissionEvent> {
  yield connected;
  for await (const change of changes) yield toPermissionEvent(change);
}

function show(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const question = await sessionsOf(services).question(callerOf(res), idOf(req));
    res.json(toWirePermission(question, services.now()));
  };
}

function respond(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = idOf(req);
    const body = fromRespondBody(req.body);
    const sessions = sessionsOf(services);
    const caller = callerOf(res);
    const question = await sessions.question(caller, id);
    await answerQuestion(sessions, { owner: caller, question }, toConfirmation(id, body));
    res.json(toRespondReply(id, body));
  };
}

function check(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const id = fromCheckBody(req.body);
    res.json(toCheckReply(await sessionsOf(services).question(callerOf(res), id)));
  };
}
