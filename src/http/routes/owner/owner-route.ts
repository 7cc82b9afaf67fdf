import type { RequestHandler } from 'express';
import { forOwner } from '../../middleware/for-owner.ts';
import { jsonBody, refuseForms } from '../../middleware/json-body.ts';
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
      ...forOwner(services),
      ...(hasBody ? jsonBody(services.bodyLimitBytes) : method === 'get' ? [] : [refuseForms]),
      handle(services),
    ],
    describe: async () => (await import('../../openapi/owner-operations.ts')).ownerOperations[operation],
  };
}
