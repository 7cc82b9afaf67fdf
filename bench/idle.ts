/** What does a harness cost that nobody asks anything, with the processes that it keeps ready by default? */
import { setTimeout as sleep } from 'node:timers/promises';
import { askOnce } from './support/ask-once.ts';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { startHarness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { cpuMs, residentMb, sumOf } from './support/proc.ts';
import { round } from './support/statistics.ts';

/** One for any prompt, and one for the prompt that came. */
const processesAtRest = 2;

export const idle: Bench = async ({ quick, cleanup, progress }) => {
  // Node itself tidies up once its program has nothing to do, within a minute.
  const settleMs = quick ? 2000 : 60_000;
  const watchMs = quick ? 5000 : 30_000;
  const turns = quick ? 4 : 50;
  const lab = await openLab(cleanup);
  const client = new HttpClient(cleanup);
  let harness = await startHarness(lab);

  async function watch(state: string): Promise<Row & Idle> {
    progress(`idle, ${state}`);
    await harness.quiet();
    await sleep(settleMs);
    const processes = harness.cliProcesses();
    const perMinute = (ms: number): number => Math.round((ms * 60_000) / watchMs);
    const before = { own: cpuMs(harness.pid), ofProcesses: sumOf(processes, cpuMs) };
    await sleep(watchMs);
    return {
      state,
      'RSS MB': round(residentMb(harness.pid)),
      'CPU ms/min': perMinute(cpuMs(harness.pid) - before.own),
      'CLI processes': processes.length,
      'their RSS MB': round(sumOf(processes, residentMb)),
      'their CPU ms/min': perMinute(sumOf(processes, cpuMs) - before.ofProcesses),
    };
  }

  // Every new version of the CLI is checked once.
  const checked = await watch('after the first start');
  await harness.stop();
  harness = await startHarness(lab);
  const fresh = await watch('after a later start');
  progress(`${turns} turns`);
  for (let n = 0; n < turns; n += 1) await askOnce(harness, client);
  const used = await watch(`after ${turns} turns`);

  // One tick of the kernel's clock is the least that can be seen.
  const oneTick = Math.round((10 * 60_000) / watchMs);
  return {
    rows: [checked, fresh, used],
    targets: [checked, fresh, used].flatMap((row) => [
      atMost(`RSS ${row.state}`, row['RSS MB'], 90, 'MB'),
      atMost(`CPU ${row.state}`, row['CPU ms/min'], oneTick, 'ms/min'),
      atMost(`CLI processes ${row.state}`, row['CLI processes'], processesAtRest, 'processes'),
    ]),
  };
};

interface Idle {
  state: string;
  'RSS MB': number;
  'CPU ms/min': number;
  'CLI processes': number;
}
