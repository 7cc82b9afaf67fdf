import cors from 'cors';
import express, { type Express } from 'express';
import type { Logger } from '../core/logger.ts';
import type { RunTurn } from '../core/run-turn.ts';
import type { ServiceStatus } from '../core/status.ts';
import type { Responses } from '../feature/responses/responses.ts';
import type { ActiveRequests } from './active-requests.ts';
import { errorHandler, methodNotAllowed, routeNotFound } from './error-handler.ts';
import { accessLog } from './middleware/access-log.ts';
import { allowedHosts } from './middleware/allowed-hosts.ts';
import { authenticate } from './middleware/authenticate.ts';
import { countRequests } from './middleware/count-requests.ts';
import { jsonBody } from './middleware/json-body.ts';
import { requestId } from './middleware/request-id.ts';
import { RequestCounter } from './request-counter.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { countTokens } from './routes/count-tokens.ts';
import { healthRoutes } from './routes/health.ts';
import { messages } from './routes/messages.ts';
import { modelRoutes } from './routes/models.ts';
import { createResponse } from './routes/responses.ts';
import { storedResponses } from './routes/stored-responses.ts';

export interface AppOptions {
  runTurn: RunTurn;
  status: ServiceStatus;
  active: ActiveRequests;
  responses: Responses;
  log: Logger;
  /** As kept in the configuration: `sha256:` and 64 hex digits. Empty: no token is asked for. */
  tokenHashes: readonly string[];
  allowedHosts: readonly string[];
  corsOrigins: readonly string[];
  bodyLimitBytes: number;
  /** Silence after which a stream is opened and kept alive. */
  silenceMs: number;
  unsupportedParams: 'ignore' | 'reject';
  maxChoices: number;
  /** Whether thinking is shown to clients. */
  showReasoning: boolean;
}

/** The second is where another harness has it, and its users' settings with it. */
const messagesPaths = ['/v1/messages', '/sdk/v1/messages'];
const countPaths = messagesPaths.map((path) => `${path}/count_tokens`);

/** The HTTP surface. Who may ask is settled before anything of the request is read. */
export function createApp(options: AppOptions): Express {
  const { log, status, tokenHashes } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');

  const requests = new RequestCounter(Date.now);
  app.use(requestId(), accessLog(log), countRequests(requests), allowedHosts(options.allowedHosts));
  if (options.corsOrigins.length > 0) app.use(cors({ origin: [...options.corsOrigins], exposedHeaders: '*' }));
  app.use(healthRoutes(status, tokenHashes, requests));

  app.use(authenticate(tokenHashes));
  app.use(modelRoutes(status, Math.floor(Date.now() / 1000)));
  const json = jsonBody(options.bodyLimitBytes);
  app.post('/v1/chat/completions', ...json, chatCompletions(options));
  app.post('/v1/completions', ...json, completions(options));
  app.post('/v1/responses', ...json, createResponse(options));
  app.use(storedResponses(options));
  app.post(messagesPaths, ...json, messages(options));
  app.post(countPaths, ...json, countTokens(options));

  app.all(['/v1/chat/completions', '/v1/completions', ...messagesPaths, ...countPaths], methodNotAllowed('POST'));
  app.all(['/v1/responses', '/v1/responses/:id/cancel'], methodNotAllowed('POST'));
  app.all('/v1/responses/:id/input_items', methodNotAllowed('GET'));
  app.all('/v1/responses/:id', methodNotAllowed('GET, DELETE'));
  app.all(['/v1/models', '/v1/models/*id', '/health', '/ready'], methodNotAllowed('GET'));
  app.use(routeNotFound);
  app.use(errorHandler(log));
  return app;
}
