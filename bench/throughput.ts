/** How many requests does the harness answer in a second, and what becomes of many that come at once? */
import { fillQueue } from './load/queue.ts';
import { askOnce } from './support/ask-once.ts';
import { atLeast, atMost, singleUseNote, type Bench, type Row } from './support/bench.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { promptForTime } from './support/prompt.ts';
import { median, p95, round } from './support/statistics.ts';

const atOnce = 200;
/** Turns that run at once while they come. */
const places = 4;
/** Those that run at the same time may begin in any order; the first turn of a process takes this long on a busy machine. */
const maxBehindMs = 500;

export const throughput: Bench = async ({ quick, cleanup, progress }) => {
  const seconds = quick ? 3 : 20;
  const lab = await openLab(cleanup);
  const client = new HttpClient(cleanup);
  const harness = await startHarness(lab);
  const singleUse = await startHarness(await openLab(cleanup, lab.standInUrl), {
    sections: { pool: { reuse: false } },
  });

  progress('one client');
  const one = await backToBack(harness, client, { clients: 1, seconds });
  progress('four clients');
  const four = await backToBack(harness, client, { clients: 4, seconds });
  progress('one client, single-use processes');
  const oneSingleUse = await backToBack(singleUse, client, { clients: 1, seconds });
  progress('four clients, single-use processes');
  const fourSingleUse = await backToBack(singleUse, client, { clients: 4, seconds });
  await harness.stop();
  await singleUse.stop();

  progress(`${atOnce} at once, ${places} turns at a time`);
  // The last of them waits for a minute where each has a process of its own.
  const limits = { concurrent_turns: places, queue_size: atOnce, queue_timeout: '5m' };
  const crowded = await startHarness(await openLab(cleanup, lab.standInUrl), { sections: { limits } });
  // Until there is a process for each place: whoever waits for a start is overtaken meanwhile.
  await fillQueue(crowded, promptForTime, 4 * places);
  const waitsMs: number[] = [];
  let unanswered = 0;
  let behindMs = 0;
  for (let n = quick ? 1 : 3; n > 0; n -= 1) {
    await crowded.quiet();
    const sample = await fillQueue(crowded, promptForTime, atOnce);
    waitsMs.push(...sample.answersMs);
    unanswered += atOnce - sample.answered;
    behindMs = Math.max(behindMs, sample.behindMs);
  }

  return {
    rows: [
      toRow('one client after its last answer', one),
      toRow('four clients', four),
      toRow('one client, single-use processes', oneSingleUse),
      toRow('four clients, single-use processes', fourSingleUse),
      toRow(`${atOnce} at once, ${places} turns at a time`, { waitsMs }),
    ],
    targets: [
      ...(harness.reuses
        ? [
            atLeast('one client', one.perSecond, 20, 'requests a second'),
            atLeast('four clients', four.perSecond, 40, 'requests a second'),
          ]
        : []),
      atMost(`of ${atOnce} at once not answered`, unanswered, 0, 'requests'),
      atMost(`of ${atOnce} at once begun after a later one, by`, behindMs, maxBehindMs, 'ms'),
    ],
    ...(!harness.reuses && { notes: [singleUseNote] }),
  };
};

interface Throughput {
  perSecond: number;
  waitsMs: number[];
  processes: number;
}

/** Each client asks anew as soon as it has its answer; the first answers, for which processes start, do not count. */
async function backToBack(
  harness: Harness,
  client: HttpClient,
  { clients, seconds }: { clients: number; seconds: number },
): Promise<Throughput> {
  const ask = async (untilMs: number): Promise<number[]> => {
    const waitsMs: number[] = [];
    while (performance.now() < untilMs) waitsMs.push((await askOnce(harness, client)).totalMs);
    return waitsMs;
  };
  const askAll = async (ms: number): Promise<number[]> => {
    const untilMs = performance.now() + ms;
    return (await Promise.all(Array.from({ length: clients }, () => ask(untilMs)))).flat();
  };
  await askAll(2000);
  await harness.quiet();
  const begunAt = performance.now();
  const waitsMs = await askAll(seconds * 1000);
  const perSecond = waitsMs.length / ((performance.now() - begunAt) / 1000);
  return { perSecond, waitsMs, processes: harness.cliProcesses().length };
}

function toRow(load: string, { waitsMs, perSecond, processes }: Partial<Throughput> & { waitsMs: number[] }): Row {
  return {
    load,
    requests: waitsMs.length,
    'a second': perSecond === undefined ? '' : round(perSecond),
    'median ms': round(median(waitsMs)),
    'p95 ms': round(p95(waitsMs)),
    processes: processes ?? '',
  };
}
