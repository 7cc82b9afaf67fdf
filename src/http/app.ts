import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { Backend } from '../core/backend.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { without } from '../core/without.ts';
import { Exchange, type ExchangeOptions } from '../exchange/exchange.ts';
import { backendNotConfigured, errorHandler, routeNotFound } from './error-handler.ts';
import { allowedHosts } from './middleware/allowed-hosts.ts';
import { authenticate } from './middleware/authenticate.ts';
import { completePath } from './middleware/complete-path.ts';
import { cookieToken } from './middleware/cookie-token.ts';
import { recordRequest } from './middleware/record-request.ts';
import { requestId } from './middleware/request-id.ts';
import { matchRoutes, mountRoutes, refuseOtherMethods, underBases, type MountedRoute } from './routes/mount.ts';
import type { Base, DirectStatus, Route, RouteServices } from './routes/route.ts';
import { endpoints, routesFor } from './routes/table.ts';

type Shared = Omit<RouteServices, 'backend' | 'exchange' | 'direct' | 'describe'>;

export interface AppOptions extends Shared, Omit<ExchangeOptions, 'run' | 'servedBy' | 'admit'> {
  backend: Backend;
  /** The Messages API itself; absent where it is not configured. */
  direct?: Backend & DirectStatus;
  /** Whether a model draws from the plan, where the direct backend is not asked for. */
  usesPlan: (model: string) => boolean;
  allowedHosts: readonly string[];
  /** The address of the tunnel, while there is one. */
  publicUrl?: () => string | undefined;
  /** Every way to ask for answers; those of the table by default. */
  endpoints?: readonly Endpoint[];
}

/** The HTTP surface. Who may ask is settled before anything of the request is read. */
export function createApp(options: AppOptions): Express {
  const { log, direct } = options;
  const routes = routesFor(options.endpoints ?? endpoints);
  const mounted = underBases(routes, (base) => base !== '/api' || direct !== undefined);
  const servicesOf = servicesByBase(options, routes);
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');

  const all = underBases(routes, () => true);
  app.use(requestId(options.now), recordRequest(options), completePath(all));
  app.use(matchRoutes(all));
  app.use(allowedHosts(options.allowedHosts, options.publicUrl));
  if (options.corsOrigins.length > 0) app.use(cors({ origin: [...options.corsOrigins], exposedHeaders: '*' }));
  app.use(cookieToken(options.tokens));
  serve(mounted.filter(({ route }) => route.isOpen === true));
  app.use(authenticate(options.tokens));
  serve(mounted.filter(({ route }) => route.isOpen !== true));
  if (direct === undefined) app.use('/api', refuseUnconfigured);
  app.use(routeNotFound);
  app.use(errorHandler(log, options.settings));
  return app;

  function serve(some: readonly MountedRoute[]): void {
    mountRoutes(app, some, servicesOf);
    app.use(refuseOtherMethods(some));
  }
}

/** What the routes under each base are made of: those under `/api` are the direct backend's, if there is one. */
function servicesByBase(options: AppOptions, routes: readonly Route[]): (base: Base) => RouteServices {
  const { direct, budgets } = options;
  const admitting =
    (usesPlan: (model: string) => boolean): ExchangeOptions['admit'] =>
    (client, model) => {
      budgets.admit(client, usesPlan(model));
    };
  const describe = async () => (await import('./openapi/document.ts')).createDocument(routes);
  const over = (backend: Backend, usesPlan: (model: string) => boolean): RouteServices => ({
    ...options,
    backend,
    direct,
    describe,
    exchange: new Exchange({ ...options, run: backend.run, servedBy: backend.servedBy, admit: admitting(usesPlan) }),
  });
  const usual = over(options.backend, options.usesPlan);
  // The CLI runs agents, so that none is a model of the API's.
  const own =
    direct === undefined
      ? usual
      : without(
          over(direct, () => false),
          'agentModels',
          'agentChats',
        );
  return (base) => (base === '/api' ? own : usual);
}

const refuseUnconfigured: RequestHandler = () => {
  throw backendNotConfigured();
};
