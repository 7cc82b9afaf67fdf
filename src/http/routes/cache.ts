import type { RequestHandler } from 'express';
import { z } from 'zod';
import { requireOwner, requireViewer } from '../middleware/require-role.ts';
import type { Route, RouteServices } from './route.ts';

const count = z.int().min(0);

/** Counts are since the start of the service. */
export const cacheStats = z.object({
  entries: count.meta({ description: 'Answers that are kept, expired ones that have not gone yet included.' }),
  bytes: count.meta({ description: 'Their size.' }),
  hits: count.meta({ description: 'Requests that were answered with a kept answer.' }),
  misses: count.meta({ description: 'Requests for which the model was asked.' }),
  stored: count.meta({ description: 'Answers that were kept.' }),
  joined: count.meta({ description: 'Requests that were answered with the turn of an equal one under way.' }),
});

export const cacheCleared = z.object({ deleted: count.meta({ description: 'Answers that were kept.' }) });

/** The response cache, for those who see what all clients do, and for the owner. */
export const cacheRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/cache/stats',
    bases: [''],
    handle: (services) => [requireViewer, showStats(services)],
    describe: async () => (await import('../openapi/cache-operations.ts')).cacheOperations.stats,
  },
  {
    method: 'delete',
    path: '/v1/cache',
    bases: [''],
    handle: (services) => [requireOwner, clear(services)],
    describe: async () => (await import('../openapi/cache-operations.ts')).cacheOperations.clear,
  },
];

function showStats({ cache }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const stats: z.infer<typeof cacheStats> = await cache.answers.stats();
    res.json(stats);
  };
}

function clear({ cache }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const cleared: z.infer<typeof cacheCleared> = { deleted: await cache.answers.clear() };
    res.json(cleared);
  };
}
