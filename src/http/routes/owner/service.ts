import type { RequestHandler } from 'express';
import type { PooledProcess } from '../../../core/owner-controls.ts';
import type { Route, RouteServices } from '../route.ts';
import { ownerRoute } from './owner-route.ts';
import type { WirePoolStats, WireVersions } from './owner-schema.ts';

/** What the service is made of: versions, configuration, processes. */
export const serviceRoutes: readonly Route[] = [
  ownerRoute({ method: 'get', path: '/version', handle: showVersions, operation: 'versions' }),
  ownerRoute({ method: 'get', path: '/v1/config', handle: showConfiguration, operation: 'configuration' }),
  ownerRoute({ method: 'get', path: '/v1/pool/stats', handle: showPool, operation: 'poolStats' }),
];

function showVersions({ health }: RouteServices): RequestHandler {
  return (_req, res) => {
    const { version, cli } = health();
    const versions: WireVersions = {
      version,
      cli: cli === undefined ? null : { path: cli.path, version: cli.version },
      node: process.version,
    };
    res.json(versions);
  };
}

function showConfiguration({ owner }: RouteServices): RequestHandler {
  return (_req, res) => {
    res.json(owner.configuration());
  };
}

function showPool({ owner }: RouteServices): RequestHandler {
  return (_req, res) => {
    const processes = owner.controls.processes();
    const stats: WirePoolStats = {
      max_sessions: owner.pool.maxWarm,
      ttl_seconds: owner.pool.maxAgeMs / 1000,
      total_sessions: processes.length,
      active_sessions: processes.filter(isActive).length,
      available_sessions: processes.filter(({ state }) => state === 'idle').length,
      sessions: processes.map((each) => ({
        id: String(each.pid ?? ''),
        ...(each.login !== undefined && { login: each.login }),
        model: each.model,
        state: each.state,
        age_seconds: Math.round(each.ageMs / 1000),
        idle_seconds: Math.round(each.idleMs / 1000),
        is_active: isActive(each),
        use_count: each.turns,
      })),
    };
    res.json(stats);
  };
}

function isActive({ state }: PooledProcess): boolean {
  return state === 'busy';
}
