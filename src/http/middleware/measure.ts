import type { Request, RequestHandler, Response } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { Metrics } from '../../observe/metrics.ts';
import { recordOf, sinceStart } from '../../exchange/record.ts';
import { speaksAnthropic } from '../speaks-anthropic.ts';

/** Counts a request, and the turns that answered it, when it is over. */
export function measure(metrics: Metrics): RequestHandler {
  return (req, res, next) => {
    res.once('close', () => {
      const dialect = speaksAnthropic(req) ? 'anthropic' : 'openai';
      metrics.countRequest({ route: routeOf(req), dialect, status: statusOf(res) });
      const record = recordOf(res);
      const { backend, served } = record;
      if (backend === undefined) return;
      metrics.observeTurn({
        backend,
        durationMs: sinceStart(record),
        ...(record.firstTokenMs !== undefined && { firstTokenMs: record.firstTokenMs }),
        ...(served !== undefined && { served }),
        tokensIn: record.tokensIn ?? 0,
        tokensOut: record.tokensOut ?? 0,
      });
    });
    next();
  };
}

/** The path as it was mounted, of which there are a few; what the client has written could be anything. */
function routeOf(req: Request): string {
  const { path } = (req.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'other';
}

/** A stream that broke has sent its 200 long before; a client that has left has seen no status. */
function statusOf(res: Response): string {
  const { error } = recordOf(res);
  if (error instanceof HarnessError && error.code === 'ABORTED') return '499';
  return String(res.statusCode);
}
