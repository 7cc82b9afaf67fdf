import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { forOwner } from '../middleware/for-owner.ts';
import { refuseForms } from '../middleware/json-body.ts';
import { requireViewer } from '../middleware/require-role.ts';
import type { cacheCleared, cacheStats } from './cache-schema.ts';
import type { Route, RouteServices } from './route.ts';

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
    handle: (services) => [...forOwner(services), refuseForms, clear(services)],
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
