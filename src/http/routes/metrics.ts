import type { RequestHandler } from 'express';
import type { Metrics } from '../../observe/metrics.ts';

/** `GET /metrics`, in the text format of Prometheus. */
export function metricsPage(metrics: Metrics): RequestHandler {
  return async (_req, res) => {
    const text = await metrics.render();
    res.set('content-type', metrics.contentType).send(text);
  };
}
