import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { apiErrors } from './api-errors.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { modelList } from './model-list.ts';
import { readJson } from './read-json.ts';
import { sendError } from './send-error.ts';

interface Endpoints {
  messages: (exchange: Exchange) => Promise<void>;
  countTokens: (exchange: Exchange) => void;
}

type Endpoint = Endpoints[keyof Endpoints];

/** Routes requests to the endpoints; any other path is a 404, and an error that an endpoint throws a 500. */
export function createListener(endpoints: Endpoints, isStopping: () => boolean): RequestListener {
  const routes = new Map<string, Endpoint>([
    ['POST /v1/messages', endpoints.messages],
    ['POST /v1/messages/count_tokens', endpoints.countTokens],
  ]);
  return (request, response) => {
    const route = `${request.method ?? ''} ${request.url?.split('?')[0] ?? ''}`;
    const endpoint = routes.get(route);
    if (endpoint !== undefined) {
      answerJson(request, response, endpoint, isStopping).catch((error: unknown) => {
        fail(response, error);
      });
    } else if (route === 'GET /v1/models') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(modelList));
    } else if (route === 'HEAD /') {
      // The CLI opens its connection with this request.
      response.end();
    } else {
      sendError(response, { kind: 'error', status: 404, message: 'Not found' });
    }
  };
}

async function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoint,
  isStopping: () => boolean,
): Promise<void> {
  const receivedAt = performance.now();
  const read = await readJson(request);
  if (read.outcome === 'too-large') sendError(response, apiErrors.requestTooLarge());
  else if (read.outcome === 'invalid') sendError(response, apiErrors.invalidRequest('The request body is not JSON.'));
  else await endpoint(createExchange(request, response, read.body, receivedAt, isStopping));
}

/** Has no effect if the client has gone. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendError(response, { kind: 'error', status: 500, message: `The stand-in failed: ${String(error)}` });
}
