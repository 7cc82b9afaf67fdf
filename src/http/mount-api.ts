import type { Express } from 'express';
import type { Backend, RunTurn } from '../core/backend.ts';
import type { Responses } from '../feature/responses/responses.ts';
import type { ActiveRequests } from '../exchange/active-work.ts';
import type { Logger } from '../core/logger.ts';
import { methodNotAllowed } from './error-handler.ts';
import { jsonBody } from './middleware/json-body.ts';
import { chatCompletions } from './routes/chat-completions.ts';
import { completions } from './routes/completions.ts';
import { countTokens } from './routes/count-tokens.ts';
import { messages } from './routes/messages.ts';
import { listModels, showModel } from './routes/models.ts';
import { createResponse } from './routes/responses.ts';
import { mountStoredResponses } from './routes/stored-responses.ts';

/** What answers the requests under a path. */
export interface ApiBackend {
  runTurn: RunTurn;
  status: Pick<Backend, 'models' | 'contextWindow' | 'countTokens'>;
}

/** How requests are served, whichever backend answers. */
export interface ApiOptions {
  active: ActiveRequests;
  responses: Responses;
  log: Logger;
  bodyLimitBytes: number;
  /** Silence after which a stream is opened and kept alive. */
  silenceMs: number;
  unsupportedParams: 'ignore' | 'reject';
  maxChoices: number;
  /** Whether thinking is shown to clients. */
  showReasoning: boolean;
}

/** Every dialect under `base`, such as `/api`, answered by one backend. The paths are whole, so that metrics know them. */
export function mountApi(app: Express, base: string, backend: ApiBackend, options: ApiOptions): void {
  const json = jsonBody(options.bodyLimitBytes);
  const serving = { ...options, ...backend };
  const posts = {
    [`${base}/v1/chat/completions`]: chatCompletions(serving),
    [`${base}/v1/completions`]: completions(serving),
    [`${base}/v1/responses`]: createResponse(serving),
    [`${base}/v1/messages`]: messages(serving),
    [`${base}/v1/messages/count_tokens`]: countTokens(serving),
  };
  for (const [path, handler] of Object.entries(posts)) {
    app.post(path, ...json, handler);
    app.all(path, methodNotAllowed('POST'));
  }
  mountStoredResponses(app, `${base}/v1/responses`, serving);
  const created = Math.floor(Date.now() / 1000);
  const gets = {
    [`${base}/v1/models`]: listModels(backend.status, created),
    // A wildcard, since names in `models.aliases` may contain slashes.
    [`${base}/v1/models/*id`]: showModel(backend.status, created),
    // As other harnesses have it.
    ...(base !== '' && { [`${base}/models`]: listModels(backend.status, created) }),
  };
  for (const [path, handler] of Object.entries(gets)) {
    app.get(path, handler);
    app.all(path, methodNotAllowed('GET'));
  }
}
