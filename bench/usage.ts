/** What does it cost to keep a million requests: to ask about them, to keep one more, and to be watched? */
import { join } from 'node:path';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { startHarness, type Harness, type HarnessOptions } from './support/harness.ts';
import { openLab } from './support/lab.ts';
import { probeArgs } from './support/sampled.ts';
import { median, round } from './support/statistics.ts';
import { fillState } from './usage/fill-state.ts';
import { measureQueries } from './usage/queries.ts';
import { costOfWatchers } from './usage/watchers.ts';
import { costOfRequest, type LoadOptions } from './usage/write-cost.ts';

const days = 90;
const maxQueryMs = 200;
const maxWriteMs = 0.1;
const maxWatcherKb = 64;

export const usage: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const path = join(lab.home, 'state.db');
  const start = (keep: string, options: HarnessOptions = {}): Promise<Harness> =>
    startHarness(lab, { sections: { state: { path }, observe: { keep } }, ...options });

  await (await start(`${days}d`)).stop();
  progress('a million requests');
  fillState(path, { rows: quick ? 100_000 : 1_000_000, days, clients: 30, models: 6, endpoints: 4 });
  let harness = await start(`${days}d`);
  const queries = await measureQueries({ harness, rounds: quick ? 1 : 5, days, progress });

  // In turns, since other programs on the machine come and go.
  const rounds = quick ? 1 : 3;
  const load: LoadOptions = { requests: quick ? 500 : 3000, atOnce: 10, pauseMs: quick ? 0 : 20 };
  const costs = { keeping: [] as number[], without: [] as number[] };
  for (let n = 0; n < rounds; n += 1) {
    for (const [name, keep] of [
      ['keeping', `${days}d`],
      ['without', '0'],
    ] as const) {
      progress(`requests, observe.keep ${keep}`);
      await harness.stop();
      harness = await start(keep);
      await costOfRequest(harness, { ...load, requests: load.requests / 4 });
      costs[name].push(await costOfRequest(harness, load));
    }
  }
  const writeMs = median(costs.keeping) - median(costs.without);

  const watchers = quick ? 500 : 9500;
  await harness.stop();
  harness = await start('0', { nodeArgs: probeArgs, ipc: true });
  progress(`${watchers} watchers that do not read`);
  const { idleKb, keptKb } = await costOfWatchers(harness, { watchers, requests: quick ? 20 : 100 }, cleanup);

  return {
    rows: queries satisfies Row[],
    targets: [
      ...queries.map((row) => atMost(row.question, row['slowest median ms'], maxQueryMs, 'ms')),
      atMost('processor time to keep a request', writeMs, maxWriteMs, 'ms'),
      atMost('memory of a watcher that does not read', keptKb, maxWatcherKb, 'KB'),
    ],
    notes: [
      `A request took ${median(costs.without).toFixed(3)} ms of the processor, and ${median(costs.keeping).toFixed(3)} ms where it was kept.`,
      `${watchers} watchers took ${round(idleKb)} KB each when they came, and ${round(keptKb)} KB after requests that they did not read of.`,
    ],
  };
};
