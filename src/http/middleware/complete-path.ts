import type { RequestHandler } from 'express';
import type { MountedRoute } from '../routes/mount.ts';

/**
 * Clients whose base URL lacks the version ask for `/chat/completions`, `/models` and so on: such a path stands for the one
 * with `/v1`, unless it is a path of its own, as `/logs/query` is beside `/v1/logs/stats`.
 */
export function completePath(routes: readonly MountedRoute[]): RequestHandler {
  const versioned = routes.filter(({ route }) => route.path.startsWith('/v1/'));
  const others = new Set(routes.map(({ fullPath }) => fullPath));
  const firstSegments = new Set(versioned.map(({ base, route }) => `${base}/${route.path.split('/')[2] ?? ''}`));
  const bases = [...new Set(versioned.map(({ base }) => base))].sort((a, b) => b.length - a.length);
  return (req, _res, next) => {
    const base = bases.find((one) => req.path.startsWith(`${one}/`)) ?? '';
    const segment = req.path.slice(base.length).split('/')[1] ?? '';
    const isIncomplete = firstSegments.has(`${base}/${segment}`) && !others.has(req.path);
    if (isIncomplete) req.url = `${base}/v1${req.url.slice(base.length)}`;
    next();
  };
}
