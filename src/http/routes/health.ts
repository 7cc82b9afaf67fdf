import { Router, type RequestHandler } from 'express';
import type { Backend, Readiness } from '../../core/backend.ts';
import type { HealthReport } from '../../core/health.ts';
import { backendNotConfigured } from '../error-handler.ts';
import { isAuthorized } from '../middleware/authenticate.ts';
import type { RequestCounter } from '../../observe/request-counter.ts';
import type { DirectHealth, FullHealth, ReadyBody } from './health-schema.ts';

/** What can be asked of the direct backend. */
export interface DirectStatus {
  readiness(): Readiness;
  turns(): { active: number; queued: number };
}

export interface HealthRoutesOptions {
  status: Pick<Backend, 'readiness'> & { health(): HealthReport };
  /** Absent where it is not configured. */
  direct?: DirectStatus;
  tokenHashes: readonly string[];
  requests: RequestCounter;
}

/**
 * `/health`: the process is alive. `/ready`: a request would be served now. The others are where other harnesses have
 * them. None costs a model call.
 */
export function healthRoutes({ status, direct, tokenHashes, requests }: HealthRoutesOptions): Router {
  const router = Router();
  const health: RequestHandler = (req, res) => {
    res.json(isAuthorized(req, tokenHashes) ? fullReport() : { status: 'ok' });
  };
  router.get('/health', health);
  router.get('/sdk/health', health);
  router.get('/ready', (_req, res) => {
    const readiness = status.readiness();
    res.status(readiness.ready ? 200 : 503).json(toReadyBody(readiness));
  });
  router.get('/sdk/status', (req, res) => {
    res.json({
      backend: 'cli',
      ...toReadyBody(status.readiness()),
      ...(isAuthorized(req, tokenHashes) && { health: fullReport() }),
    });
  });
  router.get('/api/status', (req, res) => {
    if (direct === undefined) throw backendNotConfigured();
    const { version, uptimeSeconds } = status.health();
    const report: DirectHealth = { status: 'ok', version, uptime_seconds: uptimeSeconds, turns: direct.turns() };
    res.json({
      backend: 'direct',
      ...toReadyBody(direct.readiness()),
      ...(isAuthorized(req, tokenHashes) && { health: report }),
    });
  });
  return router;

  function fullReport(): FullHealth {
    const report = status.health();
    const { since, served, failed } = requests.today;
    return {
      status: 'ok',
      version: report.version,
      uptime_seconds: report.uptimeSeconds,
      cli: report.cli ?? null,
      turns: { active: report.activeTurns, queued: report.queuedTurns },
      processes: { warm: report.warmProcesses },
      requests_today: { since: new Date(since).toISOString(), served, failed },
    };
  }
}

function toReadyBody(readiness: Readiness): ReadyBody {
  if (readiness.ready) {
    return { status: 'ready', ...(readiness.notice !== undefined && { notice: readiness.notice }) };
  }
  const { reason, message } = readiness;
  const resets = readiness.reason === 'rate_limited' ? { resets_at: new Date(readiness.resetsAt).toISOString() } : {};
  return { status: 'not_ready', reason, message, ...resets };
}
