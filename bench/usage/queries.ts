/** How long is each question about what was used, and how long do other requests wait meanwhile? */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../support/bench.ts';
import type { Harness } from '../support/harness.ts';
import { cpuMs } from '../support/proc.ts';
import { median, round } from '../support/statistics.ts';

const dayMs = 24 * 60 * 60 * 1000;

const filters = {
  none: {},
  client: { client: 'client 3' },
  'unknown client': { client: 'nobody' },
  'model as asked': { model: 'model-2' },
  'model that answered': { model: 'claude-model-2' },
  path: { route: '/v1/endpoint-1' },
  'status 200': { status: '200' },
  'status 4xx': { status: '4xx' },
  'any error': { error: 'any' },
  'an error': { error: 'FAILURE_1' },
  'client, model': { client: 'client 3', model: 'model-2' },
  'client, error': { client: 'client 3', error: 'any' },
  'client, model, path': { client: 'client 3', model: 'model-2', route: '/v1/endpoint-1' },
  'model, path, status, error': { model: 'model-2', route: '/v1/endpoint-1', status: '430', error: 'any' },
  'all of them': { client: 'client 3', model: 'model-2', route: '/v1/endpoint-1', status: '4xx', error: 'any' },
} as const;

export interface QueryOptions {
  harness: Harness;
  rounds: number;
  /** How far back the log reaches, in days. */
  days: number;
  progress: (text: string) => void;
}

export async function measureQueries({ harness, rounds, days, progress }: QueryOptions): Promise<(Row & Measured)[]> {
  const rows: (Row & Measured)[] = [];
  const kinds: [string, string[]][] = [
    ['/logs/query, first page', ordered(() => '/logs/query?')],
    ['/logs/query, from the middle on', ordered(() => `/logs/query?cursor=${Date.now() - (days / 2) * dayMs}-1&`)],
    ['/v1/logs/stats, all time', filtered('/v1/logs/stats?')],
    ['/v1/logs/stats, part of the time', filtered(`/v1/logs/stats?${partOfTime(days)}&`)],
    ...['day', 'hour', 'model', 'client', 'block'].map((by): [string, string[]] => [
      `/v1/usage by ${by}`,
      [`/v1/usage?by=${by}&since=${days}d`],
    ]),
    ['/logs/status', ['/logs/status']],
    ['/logs/query of 5,000', ['/logs/query?limit=5000']],
  ];
  for (const [question, paths] of kinds) {
    progress(question);
    rows.push(await measure(harness, question, paths, rounds));
  }
  return rows;
}

interface Measured {
  question: string;
  'slowest median ms': number;
  'at most ms': number;
  'others waited ms': number;
}

const filtered = (path: string): string[] =>
  Object.values(filters).map((filter) => path + new URLSearchParams(filter).toString());
const ordered = (path: () => string): string[] =>
  ['asc', 'desc'].flatMap((order) => filtered(`${path()}order=${order}&`));

/** Neither on the hour nor at midnight. */
function partOfTime(days: number): string {
  const at = (ago: number): string => String(Math.floor((Date.now() - ago * dayMs) / 1000));
  return `start_time=${at(days * 0.67)}&end_time=${at(1.7)}`;
}

/** All forms of a question, of which the slowest counts; beside them somebody asks all the time whether the service lives. */
async function measure(
  { url, pid }: Harness,
  question: string,
  paths: string[],
  rounds: number,
): Promise<Row & Measured> {
  const all: number[] = [];
  const medians: number[] = [];
  const others = askMeanwhile(url);
  const before = cpuMs(pid);
  for (const path of paths) {
    const samples: number[] = [];
    for (let n = 0; n < rounds; n += 1) samples.push(await time(url + path));
    all.push(...samples);
    medians.push(median(samples));
  }
  return {
    question,
    forms: paths.length,
    'CPU ms': round((cpuMs(pid) - before) / (paths.length * rounds)),
    'slowest median ms': round(Math.max(...medians)),
    'at most ms': round(Math.max(...all)),
    'others waited ms': round(Math.max(...(await others.end()))),
  };
}

function askMeanwhile(url: string) {
  const waits: number[] = [];
  const stopping = new AbortController();
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      waits.push(await time(`${url}/health`));
      await sleep(10);
    }
  })();
  return {
    end: async (): Promise<number[]> => {
      stopping.abort();
      await asking;
      return waits;
    },
  };
}

async function time(url: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - startedAt;
}
