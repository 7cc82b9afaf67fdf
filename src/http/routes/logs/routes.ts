import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { AccessFilter } from '../../../feature/access/access-filter.ts';
import type { LiveAccess } from '../../../feature/access/live-feed.ts';
import { followLive } from '../../follow-live.ts';
import { requireViewer } from '../../middleware/require-role.ts';
import { readQuery } from '../../read-query.ts';
import type { logOperations } from '../../openapi/log-operations.ts';
import { showBatches } from '../quota/batches.ts';
import { showBudgets } from '../quota/budgets.ts';
import { showQuota } from '../quota/quota.ts';
import type { Route, RouteServices } from '../route.ts';
import type { WireLogPage, WireLogStatus } from './log-schema.ts';
import { reportStats } from './log-stats.ts';
import { logQuery, readQueryAs, statsQuery, usageQuery } from './query-schema.ts';
import { reportUsage } from './usage-report.ts';
import { liveEvents, toCsv, toJsonLines, toTime, toWireAccess, toWireLive } from './wire.ts';

/** What was asked, by whom, and what it took; for owners and viewers. Answers are as other harnesses' clients know them. */
export const logRoutes: readonly Route[] = [
  logRoute('/logs/status', showStatus, 'status'),
  logRoute('/logs/query', query, 'query'),
  logRoute('/logs/stream', follow, 'stream'),
  logRoute('/v1/logs/stats', showStats, 'stats'),
  logRoute('/v1/usage', showUsage, 'usage'),
  logRoute('/v1/usage/quota', showQuota, 'quota'),
  logRoute('/v1/usage/batches', showBatches, 'batches'),
  logRoute('/v1/budgets', showBudgets, 'budgets'),
];

function logRoute(
  path: string,
  handle: (services: RouteServices) => RequestHandler,
  operation: keyof typeof logOperations,
): Route {
  return {
    method: 'get',
    path,
    bases: [''],
    handle: (services) => [requireViewer, handle(services)],
    describe: async () => (await import('../../openapi/log-operations.ts')).logOperations[operation],
  };
}

const dayMs = 24 * 60 * 60 * 1000;
/** What a report is about where nothing else is asked for. */
const usualSpanMs = { hour: dayMs, day: 7 * dayMs, model: 7 * dayMs, client: 7 * dayMs, block: 2 * dayMs };

function showStatus({ access }: RouteServices): RequestHandler {
  return async (_req, res) => {
    access.log.store();
    const { rows, oldest, newest } = await access.store.summary();
    const status: WireLogStatus = {
      enabled: access.keepMs > 0,
      backend: 'sqlite',
      rows,
      oldest: oldest === null ? null : toTime(oldest),
      newest: newest === null ? null : toTime(newest),
      ...access.log.backlog,
      keep_seconds: Math.round(access.keepMs / 1000),
      max_rows: access.maxRows,
    };
    res.json(status);
  };
}

function query({ access, now }: RouteServices): RequestHandler {
  return async (req, res) => {
    const asked = readQueryAs(logQuery, readQuery(req));
    const { limit, order, cursor, format } = asked;
    const [timestamp, id] = cursor?.split('-').map(Number) ?? [];
    const startedAt = performance.now();
    access.log.store();
    const found = await access.store.query({
      ...toFilter(asked, now()),
      // One more tells whether there are more.
      limit: limit + 1,
      order,
      ...(timestamp !== undefined && id !== undefined && { after: { timestamp, id } }),
    });
    const results = found.slice(0, limit).map(toWireAccess);
    const last = found.length > limit ? found[limit - 1] : undefined;
    if (format === 'csv') {
      res.type('text/csv').send(toCsv(results));
    } else if (format === 'jsonl') {
      res.type('application/x-ndjson').send(toJsonLines(results));
    } else {
      const page: WireLogPage = {
        results,
        limit,
        count: results.length,
        order,
        cursor: cursor ?? null,
        next_cursor: last === undefined ? null : `${last.timestamp}-${last.id}`,
        has_more: last !== undefined,
        query_time: (performance.now() - startedAt) / 1000,
        backend: 'sqlite',
      };
      res.json(page);
    }
  };
}

function follow(services: RouteServices): RequestHandler {
  return async (req, res) => {
    if (req.method === 'HEAD') {
      // It has no end that its client could see.
      res.type('text/event-stream').end();
      return;
    }
    const { feed } = services.access.log;
    const open = (signal: AbortSignal) => Promise.resolve(toEvents(feed.follow(signal)));
    await followLive(open, res, { ...services, format: liveEvents });
  };
}

async function* toEvents(events: AsyncIterable<LiveAccess>): AsyncGenerator<object> {
  for await (const event of events) yield toWireLive(event);
}

function showStats({ access, now }: RouteServices): RequestHandler {
  return async (req, res) => {
    const filter = toFilter(readQueryAs(statsQuery, readQuery(req)), now());
    access.log.store();
    res.json(await reportStats(access.store, filter));
  };
}

function showUsage({ access, now: clock }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { by, since, until } = readQueryAs(usageQuery, readQuery(req));
    const now = clock();
    const span = { from: since?.(now) ?? now - usualSpanMs[by], until: until ?? now + 1 };
    access.log.store();
    res.json(await reportUsage(access.usage, { by, ...span, keepMs: access.keepMs, now }));
  };
}

/** By default everything until now. */
function toFilter(asked: z.output<typeof statsQuery>, now: number): AccessFilter {
  const { start_time: from = 0, end_time: until = now + 1, model, client, route, status, error } = asked;
  return {
    from,
    until,
    ...(model !== undefined && { model }),
    ...(client !== undefined && { client }),
    ...(route !== undefined && { endpoint: route }),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error: error === 'any' ? error : error.toUpperCase() }),
  };
}
