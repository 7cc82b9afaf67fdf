/** What does a harness cost that nobody asks anything? */
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { chatBody } from './support/chat-body.ts';
import { chatDelta } from './support/deltas.ts';
import { startHarness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { cpuMs, residentMb } from './support/proc.ts';
import { shortPrompt } from './support/prompt.ts';
import { round } from './support/statistics.ts';

export const idle: Bench = async ({ quick, cleanup, progress }) => {
  // Node itself tidies up once its program has nothing to do, within a minute.
  const settleMs = quick ? 2000 : 60_000;
  const watchMs = quick ? 5000 : 30_000;
  const turns = quick ? 4 : 50;
  const lab = await openLab(cleanup);
  // Without spare processes the harness is alone with itself.
  const harness = await startHarness(lab, { warm: 0 });
  const client = new HttpClient(cleanup);

  async function watch(state: string): Promise<Row & Idle> {
    progress(`idle, ${state}`);
    await sleep(settleMs);
    const residentMbNow = round(residentMb(harness.pid));
    const before = cpuMs(harness.pid);
    await sleep(watchMs);
    const spentMs = cpuMs(harness.pid) - before;
    return { state, 'RSS MB': residentMbNow, 'CPU ms/min': Math.round((spentMs * 60_000) / watchMs) };
  }

  const fresh = await watch('after the start');
  progress(`${turns} turns`);
  for (let n = 0; n < turns; n += 1) {
    await client.timeToLine(`${harness.url}/v1/chat/completions`, chatBody(shortPrompt), (line) =>
      Boolean(chatDelta(line)),
    );
  }
  const used = await watch(`after ${turns} turns`);

  // One tick of the kernel's clock is the least that can be seen.
  const oneTick = Math.round((10 * 60_000) / watchMs);
  return {
    rows: [fresh, used],
    targets: [fresh, used].flatMap((row) => [
      atMost(`RSS ${row.state}`, row['RSS MB'], 90, 'MB'),
      atMost(`CPU ${row.state}`, row['CPU ms/min'], oneTick, 'ms/min'),
    ]),
  };
};

interface Idle {
  state: string;
  'RSS MB': number;
  'CPU ms/min': number;
}
