import { Router, type Request } from 'express';
import type { ServiceStatus } from '../../core/status.ts';
import type { RequestCounter } from '../request-counter.ts';
import { isAuthorized } from '../middleware/authenticate.ts';

/** `/health`: the process is alive. `/ready`: a request would be served now. Neither costs a model call. */
export function healthRoutes(status: ServiceStatus, tokenHashes: readonly string[], requests: RequestCounter): Router {
  const router = Router();
  router.get('/health', (req, res) => {
    res.json(isAuthorized(req, tokenHashes) ? fullReport() : { status: 'ok' });
  });
  router.get('/ready', (_req: Request, res) => {
    const readiness = status.readiness();
    if (readiness.ready) {
      res.json({ status: 'ready', ...(readiness.notice !== undefined && { notice: readiness.notice }) });
      return;
    }
    const { reason, message } = readiness;
    const resets = readiness.reason === 'rate_limited' ? { resets_at: new Date(readiness.resetsAt).toISOString() } : {};
    res.status(503).json({ status: 'not_ready', reason, message, ...resets });
  });
  return router;

  function fullReport(): object {
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
