import type { RequestHandler } from 'express';
import { jsonBody, refuseForms } from '../../middleware/json-body.ts';
import { refuseWebPages } from '../../middleware/refuse-web-pages.ts';
import { requireOwner } from '../../middleware/require-role.ts';
import type { ownerOperations } from '../../openapi/owner-operations.ts';
import type { Route, RouteServices } from '../route.ts';

export interface OwnerRouteOptions {
  method: Route['method'];
  path: string;
  hasBody?: boolean;
  handle: (services: RouteServices) => RequestHandler;
  operation: keyof typeof ownerOperations;
}

/** A route for the owner alone, which no other web page may use. */
export function ownerRoute({ method, path, hasBody = false, handle, operation }: OwnerRouteOptions): Route {
  return {
    method,
    path,
    bases: [''],
    handle: (services) => [
      refuseWebPages(services.corsOrigins),
      requireOwner,
      ...(hasBody ? jsonBody(services.bodyLimitBytes) : method === 'get' ? [] : [refuseForms]),
      handle(services),
    ],
    describe: async () => (await import('../../openapi/owner-operations.ts')).ownerOperations[operation],
  };
}
