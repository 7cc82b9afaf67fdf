import type { RequestHandler, Response } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { LogFields, Logger } from '../../core/logger.ts';
import { recordOf, sinceStart, type RequestRecord } from '../../exchange/record.ts';

/** Health checks and scrapers come every few seconds and would drown the rest. */
const quietPaths = new Set(['/health', '/ready', '/sdk/health', '/sdk/status', '/api/status', '/metrics']);

/** One line a request, when it is over. */
export function accessLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    const { method, path } = req;
    res.once('close', () => {
      const record = recordOf(res);
      const fields = { method, path, ...responseFields(res), ...turnFields(record), ...errorFields(record.error) };
      const message = `${method} ${path} ${res.statusCode}`;
      if (quietPaths.has(path)) log.debug(message, fields);
      else if (record.error === undefined || res.statusCode < 500) log.info(message, fields);
      else log.warn(message, fields);
    });
    next();
  };
}

function responseFields(res: Response): LogFields {
  const record = recordOf(res);
  return {
    request_id: record.requestId,
    client: record.client,
    status: res.statusCode,
    ...(res.writableFinished ? {} : { client_gone: true }),
    total_ms: sinceStart(record),
  };
}

function turnFields(record: RequestRecord): LogFields {
  if (record.model === undefined) return {};
  const { readMs, admittedMs, acquiredMs, fedMs } = record;
  return {
    model: record.model,
    served: record.served,
    backend: record.backend,
    finish: record.finish,
    process: record.process,
    read_ms: readMs,
    queue_ms: difference(admittedMs, readMs),
    acquire_ms: difference(acquiredMs, admittedMs),
    feed_ms: difference(fedMs, acquiredMs),
    first_token_ms: record.firstTokenMs,
    tokens_in: record.tokensIn,
    tokens_out: record.tokensOut,
    tokens_cached: record.tokensCached,
  };
}

function errorFields(error: unknown): LogFields {
  if (!(error instanceof HarnessError)) return {};
  const { stderrTail, exit, upstreamStatus, cause } = error.facts;
  return {
    error: error.code,
    reason: error.message,
    exit,
    upstream_status: upstreamStatus,
    stderr: stderrTail === '' ? undefined : stderrTail,
    cause,
  };
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : Math.round((later - earlier) * 10) / 10;
}
