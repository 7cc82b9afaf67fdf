/** What does it cost to keep finished requests, and for how long do questions about a million of them hold up the service? */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessFilter } from '../src/feature/access/access-filter.ts';
import type { AccessRow } from '../src/feature/access/access-row.ts';
import { createAccessStore, type AccessStore } from '../src/feature/access/access-store.ts';
import { reportStats } from '../src/http/routes/logs/log-stats.ts';
import { groupings } from '../src/http/routes/logs/query-schema.ts';
import { reportUsage } from '../src/http/routes/logs/usage-report.ts';
import { StateFile } from '../src/state/state-file.ts';
import { makeHome } from '../test/support/service/home.ts';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { median, round } from './support/statistics.ts';
import { accessRows } from './usage/access-rows.ts';

const dayMs = 24 * 60 * 60 * 1000;
const keepMs = 90 * dayMs;
const batchSize = 100;
/** Greater than the service's: filling is not what is measured. */
const rowsAtOnce = 10_000;
const queryLimitMs = 200;
const writeLimitMs = 0.1;

export const usage: Bench = async ({ quick, cleanup, progress }) => {
  const path = join(makeHome(cleanup, 'harness-bench-'), 'state.db');
  const now = Date.now();
  const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const file = new StateFile({ path, log: silent, now: () => now });
  cleanup.defer(() => {
    file.close();
  });
  const count = quick ? 20_000 : 1_000_000;
  const store = createAccessStore(file, { keepMs, maxRows: count, now: () => now });

  let batch: AccessRow[] = [];
  let stored = 0;
  for (const row of accessRows({ count, from: now - keepMs + dayMs, until: now })) {
    batch.push(row);
    if (batch.length < rowsAtOnce) continue;
    store.add(batch);
    stored += batch.length;
    batch = [];
    if (stored % (count / 5) === 0) progress(`${stored.toLocaleString('en-US')} rows`);
  }

  const rounds = quick ? 3 : 15;
  const written = [...accessRows({ count: (rounds + 1) * batchSize, from: now, until: now + 1000 })];
  const ofWriting = await timesOf(rounds, () => {
    store.add(written.splice(0, batchSize));
  });
  const perRow = median(ofWriting.processor) / batchSize;

  const rows: Row[] = [];
  let slowest = 0;
  for (const [question, ask] of questions(store, now)) {
    progress(question);
    const times = await timesOf(rounds, ask);
    slowest = Math.max(slowest, median(times.processor));
    rows.push(row(question, times));
  }
  const megabytes = Math.round(statSync(path).size / 1024 ** 2);
  return {
    rows: [...rows, row(`write ${batchSize} requests`, ofWriting)],
    targets: [
      atMost('slowest question, processor time, median', slowest, queryLimitMs, 'ms'),
      atMost('writing a request, processor time, median', perRow * 1000, writeLimitMs * 1000, 'µs'),
    ],
    notes: [`The state file has ${count.toLocaleString('en-US')} requests and ${megabytes} MB.`],
  };
};

/** What the routes ask for, each with the spans and filters that read the most. */
function questions(store: AccessStore, now: number): [string, () => Promise<unknown>][] {
  const ever: AccessFilter = { from: 0, until: now + 1 };
  const page = { limit: 1001, order: 'desc' } as const;
  const usageBy = (by: (typeof groupings)[number]) => (): Promise<unknown> =>
    reportUsage(store, { by, from: now - keepMs + dayMs, until: now + 1, keepMs, now });
  return [
    ['GET /logs/status', () => store.summary()],
    ['GET /logs/query, the newest 1,000', () => store.query({ ...ever, ...page })],
    ['GET /logs/query, the newest 10,000', () => store.query({ ...ever, ...page, limit: 10_001 })],
    ['GET /logs/query, oldest first', () => store.query({ ...ever, ...page, order: 'asc' })],
    [
      'GET /logs/query, behind the middle',
      () => store.query({ ...ever, ...page, after: { timestamp: now - keepMs / 2, id: 0 } }),
    ],
    ['GET /logs/query, a client', () => store.query({ ...ever, ...page, client: 'kitchen' })],
    ['GET /logs/query, a client that nobody is', () => store.query({ ...ever, ...page, client: 'nobody' })],
    ['GET /logs/query, a model that nobody asks', () => store.query({ ...ever, ...page, model: 'none' })],
    ['GET /logs/query, failures', () => store.query({ ...ever, ...page, error: 'any' })],
    ['GET /v1/logs/stats', () => reportStats(store, ever)],
    ['GET /v1/logs/stats, a client', () => reportStats(store, { ...ever, client: 'kitchen' })],
    ['GET /v1/logs/stats, a client that nobody is', () => reportStats(store, { ...ever, client: 'nobody' })],
    ['GET /v1/logs/stats, a class of statuses', () => reportStats(store, { ...ever, status: [500, 599] })],
    ...groupings.map((by): [string, () => Promise<unknown>] => [`GET /v1/usage?by=${by}, 89 days`, usageBy(by)]),
  ];
}

/** Processor time and time, in milliseconds each; the first time, which prepares statements, does not count. */
async function timesOf(rounds: number, work: () => unknown): Promise<Times> {
  await work();
  const times: Times = { processor: [], clock: [] };
  for (let n = 0; n < rounds; n += 1) {
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await work();
    times.clock.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(before);
    times.processor.push((user + system) / 1000);
  }
  return times;
}

interface Times {
  processor: number[];
  clock: number[];
}

const row = (question: string, { processor, clock }: Times): Row => ({
  question,
  'processor ms': round(median(processor)),
  'median ms': round(median(clock)),
  'slowest ms': round(Math.max(...clock)),
});

function ignore(): void {
  // What a new state file has to say is no matter here.
}
