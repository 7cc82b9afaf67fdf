import type { RequestHandler } from 'express';
import { fromSendBody } from '../../../dialect/managed-agents/client-events.ts';
import { toWirePage } from '../../../dialect/managed-agents/pages.ts';
import { fromEventQuery, toFollowOptions } from '../../../dialect/managed-agents/query.ts';
import { sessionEvents } from '../../../dialect/managed-agents/stream-format.ts';
import { followLive } from '../../follow-live.ts';
import { readQuery } from '../../read-query.ts';
import type { Route, RouteServices } from '../route.ts';
import { admitTurns, agentRoute, callerOf, idOf, sessionsOf } from './agent-route.ts';

const path = '/v1/sessions/:id/events';

/** What happens in sessions, and what clients say. */
export const eventRoutes: readonly Route[] = [
  agentRoute({ method: 'get', path, handle: list, operation: 'listSessionEvents' }),
  agentRoute({ method: 'post', path, hasBody: true, handle: send, operation: 'sendSessionEvents' }),
  agentRoute({ method: 'get', path: `${path}/stream`, handle: follow, operation: 'streamSessionEvents' }),
];

function list(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const query = fromEventQuery(readQuery(req));
    const page = await sessionsOf(services).events(callerOf(res), idOf(req), query);
    res.json(toWirePage(page, (event) => event));
  };
}

function send(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const events = fromSendBody(req.body);
    admitTurns(services, res, events);
    res.json({ data: await sessionsOf(services).send(callerOf(res), idOf(req), events) });
  };
}

function follow(services: RouteServices): RequestHandler {
  return async (req, res) => {
    const options = toFollowOptions(readQuery(req), req.get('last-event-id'));
    const sessions = sessionsOf(services);
    if (req.method === 'HEAD') {
      // It has no end that its client could see.
      await sessions.get(callerOf(res), idOf(req));
      res.type('text/event-stream').end();
      return;
    }
    const open = (signal: AbortSignal) => sessions.follow(callerOf(res), idOf(req), options, signal);
    await followLive(open, res, { ...services, format: sessionEvents });
  };
}
