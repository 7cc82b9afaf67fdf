/**
 * What does a batch cost those who wait for their answers, and how long does it take to create a large one? A client asks in
 * turns of a conversation's pace and without a pause, with a batch at work and without one, in the same minutes.
 */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { batchesOfFile, type BatchesBeside } from '../test/support/batches-beside.ts';
import { askOnce } from './support/ask-once.ts';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { model, openLab } from './support/lab.ts';
import { median, p95, round } from './support/statistics.ts';

/** Of a client that is read and answered, and of one that asks at once again. */
const pausesMs = [1500, 0] as const;
/** As a client gives it. */
interface Line {
  customId: string;
  path: string;
  body: string;
}

const maxGrowth = 1.1;
const lines = 100_000;
const lineBytes = 2560;

export const batches: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const path = join(lab.home, 'state.db');
  const harness = await startHarness(lab, { sections: { state: { path } } });
  const client = new HttpClient(cleanup);
  const stored = batchesOfFile(path);
  cleanup.defer(stored.close);
  const rows: Row[] = [];
  const targets = [];
  for (const pauseMs of pausesMs) {
    const perRound = quick ? 5 : pauseMs === 0 ? 100 : 25;
    const alone: number[] = [];
    const beside: number[] = [];
    let answered = 0;
    for (let n = quick ? 1 : 4; n > 0; n -= 1) {
      progress(`every ${pauseMs} ms, alone`);
      await harness.quiet();
      alone.push(...(await ask(harness, client, { count: perRound, pauseMs })));
      progress(`every ${pauseMs} ms, beside a batch`);
      const { id } = await stored.create(shortRequests());
      // The service looks for it within its next beat.
      await until(async () => (await stored.get(id)).counts.succeeded > 4);
      const before = (await stored.get(id)).counts.succeeded;
      beside.push(...(await ask(harness, client, { count: perRound, pauseMs })));
      await stored.cancel(id);
      answered += (await stored.get(id)).counts.succeeded - before;
      await until(async () => (await stored.get(id)).status === 'ended');
    }
    const name = pauseMs === 0 ? 'without a pause' : `a pause of ${pauseMs} ms`;
    rows.push(toRow(`alone, ${name}`, alone, 0), toRow(`beside a batch, ${name}`, beside, answered));
    targets.push(atMost(`p95 beside a batch, ${name}, to that alone`, p95(beside), maxGrowth * p95(alone), 'ms'));
  }

  progress(`${lines} requests`);
  const created = await create(stored);
  return {
    rows,
    targets: [
      ...targets,
      atMost(`creation of ${lines} requests of ${lineBytes} bytes`, created.ms / 1000, 30, 's'),
      atMost('memory of the program that creates it', created.rssMb, 200, 'MB'),
    ],
    notes: [`While the large one was created, the thread was busy for ${round(created.busyMs)} ms at most.`],
  };
};

async function ask(
  harness: Harness,
  client: HttpClient,
  { count, pauseMs }: { count: number; pauseMs: number },
): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    times.push((await askOnce(harness, client)).firstMs);
    await sleep(pauseMs * (0.7 + 0.6 * ((n * 0.37) % 1)));
  }
  return times;
}

async function* shortRequests(): AsyncGenerator<Line> {
  for (let n = 0; n < 5000; n += 1) yield await Promise.resolve(requestOf(n, `Summarize note ${n}.`));
}

function requestOf(n: number, content: string): Line {
  const body = { model, max_tokens: 100, system: 'You summarize notes.', messages: [{ role: 'user', content }] };
  return { customId: `note-${n}`, path: '/v1/messages', body: JSON.stringify(body) };
}

async function create(stored: BatchesBeside): Promise<{ ms: number; rssMb: number; busyMs: number }> {
  const text = 'x'.repeat(lineBytes - 150);
  async function* requests(): AsyncGenerator<Line> {
    for (let n = 0; n < lines; n += 1) yield await Promise.resolve(requestOf(n, text));
  }
  let rssMb = 0;
  const timer = setInterval(() => {
    rssMb = Math.max(rssMb, process.memoryUsage().rss / 2 ** 20);
  }, 20);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAt = performance.now();
  await stored.create(requests());
  const ms = performance.now() - startedAt;
  clearInterval(timer);
  return { ms, rssMb, busyMs: delay.max / 1e6 };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the batch was not run within 60 s');
    await sleep(50);
  }
}

function toRow(name: string, times: readonly number[], answered: number): Row {
  return {
    client: name,
    'first token, median ms': round(median(times)),
    'p95 ms': round(p95(times)),
    requests: times.length,
    'of the batch meanwhile': answered,
  };
}
