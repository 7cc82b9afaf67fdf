import type { RequestHandler } from 'express';
import type { Readiness } from '../../core/backend.ts';
import type { CliCheckReport, HealthReport, LoginReport } from '../../core/health.ts';
import { backendNotConfigured } from '../error-handler.ts';
import { isAuthorized } from '../middleware/authenticate.ts';
import type { CliCheck, DirectHealth, FullHealth, LoginHealth, ReadyBody } from './health-schema.ts';
import type { Described, Route, RouteServices } from './route.ts';

const operations = async () => (await import('../openapi/service-operations.ts')).serviceOperations;
const check = { method: 'get', isOpen: true, isQuiet: true } as const;

/**
 * `/health`: the process is alive. `/ready`: a request would be served now. The others are where other harnesses have
 * them. None costs a model call.
 */
export const healthRoutes: readonly Route[] = [
  {
    ...check,
    path: '/health',
    bases: ['', '/sdk'],
    handle: health,
    describe: async () => (await operations()).health,
  },
  { ...check, path: '/ready', bases: [''], handle: ready, describe: async () => (await operations()).ready },
  {
    ...check,
    path: '/sdk/status',
    bases: [''],
    handle: cliStatus,
    describe: async () => (await operations()).cliStatus,
  },
  { ...check, path: '/api/status', bases: [''], handle: directStatus, describe: describeDirectStatus },
];

async function describeDirectStatus(): Promise<Described> {
  const { serviceOperations, healthParts } = await import('../openapi/service-operations.ts');
  return { ...serviceOperations.directStatus, parts: healthParts };
}

function health(services: RouteServices): RequestHandler {
  return (req, res) => {
    res.json(isAuthorized(req, services.tokens()) ? fullReport(services) : { status: 'ok' });
  };
}

function ready({ backend }: RouteServices): RequestHandler {
  return (_req, res) => {
    const readiness = backend.readiness();
    res.status(readiness.ready ? 200 : 503).json(toReadyBody(readiness));
  };
}

function cliStatus(services: RouteServices): RequestHandler {
  return (req, res) => {
    res.json({
      backend: 'cli',
      ...toReadyBody(services.backend.readiness()),
      ...(isAuthorized(req, services.tokens()) && { health: fullReport(services) }),
    });
  };
}

function directStatus({ direct, health: report, tokens }: RouteServices): RequestHandler {
  return (req, res) => {
    if (direct === undefined) throw backendNotConfigured();
    const { version, uptimeSeconds } = report();
    const own: DirectHealth = { status: 'ok', version, uptime_seconds: uptimeSeconds, turns: direct.turns() };
    res.json({
      backend: 'direct',
      ...toReadyBody(direct.readiness()),
      ...(isAuthorized(req, tokens()) && { health: own }),
    });
  };
}

function fullReport({ health: report, requests }: RouteServices): FullHealth {
  const { version, uptimeSeconds, cli, activeTurns, queuedTurns, warmProcesses, canSignIn, logins, tunnel } = report();
  const { since, served, failed } = requests.today;
  return {
    status: 'ok',
    version,
    uptime_seconds: uptimeSeconds,
    cli: cli === undefined ? null : toCli(cli),
    turns: { active: activeTurns, queued: queuedTurns },
    processes: { warm: warmProcesses },
    can_sign_in: canSignIn,
    ...(logins !== undefined && { logins: logins.map(toLogin) }),
    requests_today: { since: new Date(since).toISOString(), served, failed },
    ...(tunnel !== undefined && { tunnel: { type: tunnel.type, url: tunnel.url ?? null } }),
  };
}

function toLogin({ name, readiness, canSignIn }: LoginReport): LoginHealth {
  return { name, can_sign_in: canSignIn, ...toReadyBody(readiness) };
}

function toCli({ path, version, check }: NonNullable<HealthReport['cli']>): FullHealth['cli'] {
  return { path, version, ...(check !== undefined && { check: toCliCheck(check) }) };
}

function toCliCheck(report: CliCheckReport): CliCheck {
  if (report.status !== 'not_served') return report;
  const { lastGood, ...refusal } = report;
  return { ...refusal, ...(lastGood !== undefined && { last_good: lastGood }) };
}

/** A readiness as clients get it. */
export function toReadyBody(readiness: Readiness): ReadyBody {
  if (readiness.ready) {
    return { status: 'ready', ...(readiness.notice !== undefined && { notice: readiness.notice }) };
  }
  const { reason, message } = readiness;
  const resets = readiness.reason === 'rate_limited' ? { resets_at: new Date(readiness.resetsAt).toISOString() } : {};
  return { status: 'not_ready', reason, message, ...resets };
}
