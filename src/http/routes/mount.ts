import { Router, type Express } from 'express';
import { methodNotAllowed } from '../error-handler.ts';
import { recordOf } from '../record-of.ts';
import { noteRoute } from '../requested-route.ts';
import type { Base, Route, RouteServices } from './route.ts';

/** A route under one of its bases. */
export interface MountedRoute {
  /** The whole path, so that metrics and errors know it. */
  fullPath: string;
  base: Base;
  route: Route;
}

export function underBases(routes: readonly Route[], isServed: (base: Base) => boolean): MountedRoute[] {
  return routes.flatMap((route) =>
    route.bases.filter(isServed).map((base) => ({ fullPath: base + route.path, base, route })),
  );
}

/** Finds out which route a request is for, before anything of it is settled: its errors and its log line depend on it. */
export function matchRoutes(routes: readonly MountedRoute[]): Router {
  // A router's own `all` is one layer; an app's is one for each of three dozen methods.
  const router = Router();
  for (const { fullPath, route } of routes) {
    router.all(fullPath, (_req, res, next) => {
      const record = recordOf(res);
      record.route ??= fullPath;
      noteRoute(res, route);
      next();
    });
  }
  // What nobody has below a path of one API is a mistake of that API's clients.
  for (const { fullPath, route } of routes.filter(({ route: { api } }) => api !== undefined)) {
    router.all(`${fullPath}/*rest`, (_req, res, next) => {
      noteRoute(res, route);
      next();
    });
  }
  return router;
}

export function mountRoutes(
  app: Express,
  routes: readonly MountedRoute[],
  servicesOf: (base: Base) => RouteServices,
): void {
  for (const { fullPath, base, route } of routes) app[route.method](fullPath, route.handle(servicesOf(base)));
}

/** Answers every other method of the paths. */
export function refuseOtherMethods(routes: readonly MountedRoute[]): Router {
  const methods = new Map<string, Set<string>>();
  for (const { fullPath, route } of routes) {
    const others = methods.get(fullPath) ?? new Set();
    methods.set(fullPath, others.add(route.method.toUpperCase()));
  }
  const router = Router();
  for (const [path, allowed] of methods) router.all(path, methodNotAllowed([...allowed].join(', ')));
  return router;
}
