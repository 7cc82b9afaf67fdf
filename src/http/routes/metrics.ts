import type { Route } from './route.ts';

/** `GET /metrics`, in the text format of Prometheus. */
export const metricsRoute: Route = {
  method: 'get',
  path: '/metrics',
  bases: [''],
  isQuiet: true,
  handle:
    ({ metrics }) =>
    async (_req, res) => {
      const text = await metrics.render();
      res.set('content-type', metrics.contentType).send(text);
    },
  describe: async () => (await import('../openapi/service-operations.ts')).serviceOperations.metrics,
};
