import type { Request, Response } from 'express';
import { messages } from '../dialect/anthropic-messages/endpoint.ts';
import { chatCompletions } from '../dialect/openai-chat/endpoint.ts';
import { recordOf } from './record-of.ts';
import type { Route, RouteApi } from './routes/route.ts';

const routes = new WeakMap<Response, Route>();

/** The first route that a request matches counts. */
export function noteRoute(res: Response, route: Route): void {
  if (routes.has(res)) return;
  routes.set(res, route);
  if (route.api !== undefined) recordOf(res).dialect = route.api.dialect;
}

export function isQuiet(res: Response): boolean {
  return routes.get(res)?.isQuiet === true;
}

/**
 * The API that a request speaks. Paths that only one API has tell it by themselves; elsewhere, such as in the list of
 * models or at a path that nobody has, the header does that every client of Anthropic's sends.
 */
export function apiOf(req: Request, res: Response): RouteApi {
  return routes.get(res)?.api ?? (req.get('anthropic-version') === undefined ? chatCompletions : messages);
}
