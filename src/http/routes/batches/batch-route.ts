import type { RequestHandler } from 'express';
import { refuseForms } from '../../middleware/json-body.ts';
import { refuseWebPages } from '../../middleware/refuse-web-pages.ts';
import type { batchOperations } from '../../openapi/batch-operations.ts';
import type { Route, RouteApi, RouteServices } from '../route.ts';

export interface BatchRouteOptions {
  method: Route['method'];
  path: string;
  api: RouteApi;
  /** What reads the body; a route without takes none. */
  body?: (services: RouteServices) => RequestHandler[];
  handle: (services: RouteServices) => RequestHandler;
  operation: keyof typeof batchOperations;
}

/** A route about batches. No web page but those that are configured may change any. */
export function batchRoute({ method, path, api, body, handle, operation }: BatchRouteOptions): Route {
  const readBody = (services: RouteServices): RequestHandler[] => body?.(services) ?? [refuseForms];
  return {
    method,
    path,
    bases: [''],
    api,
    handle: (services) => [
      ...(method === 'get' ? [] : [refuseWebPages(services.corsOrigins), ...readBody(services)]),
      handle(services),
    ],
    describe: async () => (await import('../../openapi/batch-operations.ts')).batchOperations[operation],
  };
}
