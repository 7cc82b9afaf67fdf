import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { Backend, RunTurn } from '../core/backend.ts';
import type { HealthReport } from '../core/health.ts';
import type { Metrics } from '../observe/metrics.ts';
import { backendNotConfigured, errorHandler, methodNotAllowed, routeNotFound } from './error-handler.ts';
import { accessLog } from './middleware/access-log.ts';
import { allowedHosts } from './middleware/allowed-hosts.ts';
import { authenticate } from './middleware/authenticate.ts';
import { countRequests } from './middleware/count-requests.ts';
import { measure } from './middleware/measure.ts';
import { requestId } from './middleware/request-id.ts';
import { mountApi, type ApiBackend, type ApiOptions } from './mount-api.ts';
import { mountPages } from './pages/mount-pages.ts';
import { RequestCounter } from '../observe/request-counter.ts';
import { describeApi } from './routes/describe-api.ts';
import { healthRoutes, type DirectStatus } from './routes/health.ts';
import { metricsPage } from './routes/metrics.ts';

export interface AppOptions extends ApiOptions {
  runTurn: RunTurn;
  status: Omit<Backend, 'run'> & { health(): HealthReport };
  /** The Messages API itself; absent where it is not configured. */
  direct?: ApiBackend & DirectStatus;
  metrics: Metrics;
  /** As kept in the configuration: `sha256:` and 64 hex digits. Empty: no token is asked for. */
  tokenHashes: readonly string[];
  allowedHosts: readonly string[];
  corsOrigins: readonly string[];
}

/** The HTTP surface. Who may ask is settled before anything of the request is read. */
export function createApp(options: AppOptions): Express {
  const { log, status, direct, metrics, tokenHashes } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');

  const requests = new RequestCounter(Date.now);
  app.use(requestId(), accessLog(log), countRequests(requests), measure(metrics));
  app.use(allowedHosts(options.allowedHosts));
  if (options.corsOrigins.length > 0) app.use(cors({ origin: [...options.corsOrigins], exposedHeaders: '*' }));
  app.use(healthRoutes({ status, tokenHashes, requests, ...(direct !== undefined && { direct }) }));
  mountPages(app);

  app.use(authenticate(tokenHashes));
  app.get('/metrics', metricsPage(metrics));
  app.get('/openapi.json', describeApi());
  mountApi(app, '', options, options);
  // Where other harnesses have them, and their users' settings with them.
  mountApi(app, '/sdk', options, options);
  if (direct !== undefined) mountApi(app, '/api', direct, options);
  else app.use('/api', refuseUnconfigured);

  app.all(
    ['/health', '/ready', '/metrics', '/openapi.json', '/sdk/health', '/sdk/status', '/api/status'],
    methodNotAllowed('GET'),
  );
  app.use(routeNotFound);
  app.use(errorHandler(log));
  return app;
}

const refuseUnconfigured: RequestHandler = () => {
  throw backendNotConfigured();
};
