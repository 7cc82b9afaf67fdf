import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { DialectSettings } from '../core/endpoint.ts';
import { HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { setAnswerHeaders } from './answer-headers.ts';
import { recordOf } from './record-of.ts';
import { apiOf } from './requested-route.ts';

/** Turns whatever a route threw into the dialect's status, headers and envelope. */
export function errorHandler(log: Logger, settings: DialectSettings): ErrorRequestHandler {
  return (reason: unknown, req, res, _next) => {
    const record = recordOf(res);
    const error = record.failed(fromExpress(reason) ?? reason);
    if (error.code === 'INTERNAL') log.error('internal error', { request_id: record.requestId, error: reason });
    if (res.headersSent) {
      // Too late for an envelope: a cut connection is the only honest end of a half-sent body.
      res.destroy();
      return;
    }
    const { requestId, stream } = record;
    const context = { requestId, stream, now: Date.now, planLimitStatus: settings.planLimitStatus };
    const { status, headers, body } = apiOf(req, res).error(error, context);
    setAnswerHeaders(res, record);
    res.status(status).set(headers).json(body);
  };
}

export const routeNotFound: RequestHandler = () => {
  throw new HarnessError(
    'ROUTE_NOT_FOUND',
    'This path does not exist. The API is under /v1 (chat/completions, completions, responses, messages, models, agents, sessions); the health checks are /health and /ready.',
  );
};

export function backendNotConfigured(): HarnessError {
  return new HarnessError(
    'BACKEND_NOT_CONFIGURED',
    'The paths under /api belong to the direct backend, which is not configured. To configure it, the server’s owner sets direct.api_key_env to the name of a variable that contains an API key. The paths under /v1 need no API key.',
  );
}

export function bodyTooLarge(): HarnessError {
  return new HarnessError('BODY_TOO_LARGE', 'The request body is larger than server.body_limit allows.');
}

export function methodNotAllowed(allowed: string): RequestHandler {
  return (_req, res) => {
    res.set('allow', allowed);
    throw new HarnessError('METHOD_NOT_ALLOWED', `This path answers ${allowed} only.`);
  };
}

/** What express and its body parser throw, told apart by the `type` they document. */
function fromExpress(reason: unknown): HarnessError | undefined {
  if (reason instanceof URIError) return new HarnessError('INVALID_REQUEST', 'The path is not valid.');
  if (!(reason instanceof Error)) return undefined;
  switch ('type' in reason ? reason.type : undefined) {
    case 'entity.too.large':
      return bodyTooLarge();
    case 'entity.parse.failed':
      return new HarnessError('INVALID_REQUEST', 'The request body is not valid JSON.');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new HarnessError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as UTF-8, plain or compressed with gzip.');
    case 'request.aborted':
      return new HarnessError('ABORTED', 'The client closed the connection.');
    case 'request.size.invalid':
      return new HarnessError('INVALID_REQUEST', 'The length of the body differs from its content-length.');
    default:
      // A compressed body that is damaged fails without a type, with nothing but the body parser's status.
      if (!('status' in reason) || reason.status !== 400) return undefined;
      return new HarnessError('INVALID_REQUEST', 'The request body could not be read.');
  }
}
