/**
 * Does the harness keep up with many fast answers at once, with more requests than it has room for, and with a client
 * that does not read? A small program plays the CLI, since real ones would be all of the load; it needs perl.
 */
import { atMost, type Bench, type Row } from './support/bench.ts';
import { chatBody } from './support/chat-body.ts';
import { chatDelta } from './support/deltas.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab } from './support/lab.ts';
import { median, p99, round } from './support/statistics.ts';
import { fakeCli } from './load/fake-cli.ts';
import { fillQueue } from './load/queue.ts';
import { besideSlowReader } from './load/slow-reader.ts';
import { promptForDeltas } from './load/stamped-answer.ts';
import { bareStreams, harnessStreams, type StreamsSample } from './load/streams.ts';

const streams = 64;
const perSecond = 100;
const requests = 500;
/** Turns that run at once while 500 requests come. */
const places = 16;
const maxWayMs = 20;
/** Starts are not what is measured here. */
const pool = { warm_per_model: 16, max_warm: 64 };
/** An answer takes a fifth of a second, so that the queue is full before it empties. */
const queued = promptForDeltas(20, 100);

export const load: Bench = async ({ quick, cleanup, progress }) => {
  const seconds = quick ? 6 : 20;
  const lab = await openLab(cleanup);
  const client = new HttpClient(cleanup);
  const harness = await startHarness(lab, {
    cli: fakeCli,
    sections: { limits: { concurrent_turns: streams + 1 }, pool },
  });
  await warmUp(harness, client);

  progress(`${streams} fake CLIs without the harness`);
  const bare = await bareStreams(lab, { streams, perSecond, seconds });
  progress(`${streams} streams of ${perSecond} deltas a second`);
  await harness.quiet();
  const served = await harnessStreams(harness, client, { streams, perSecond, seconds });
  progress('8 streams, without and with a client that does not read');
  await harness.quiet();
  const few = { streams: 8, perSecond, seconds };
  const alone = await harnessStreams(harness, client, few);
  await harness.quiet();
  const beside = await besideSlowReader(harness, client, few);

  progress(`${requests} requests at ${places} places`);
  const limits = { concurrent_turns: places, queue_size: 100 };
  const crowded = await startHarness(lab, { cli: fakeCli, sections: { limits, pool } });
  // The first ones find a program that has just started.
  await fillQueue(crowded, queued, 100);
  const queue = await fillQueue(crowded, queued, requests);

  return {
    rows: [
      toRow(`${streams} fake CLIs, no harness`, bare),
      toRow(`${streams} streams`, served),
      toRow('8 streams', alone),
      toRow('8 streams beside one that is not read', beside),
    ],
    targets: [
      atMost(`a delta's way, p99, ${streams} streams`, p99(served.waysMs), maxWayMs, 'ms'),
      atMost('memory a stream', served.memoryMb / streams, 1, 'MB'),
      atMost("a delta's way, p99, beside one that is not read", p99(beside.waysMs), maxWayMs, 'ms'),
      atMost(`of ${requests} requests neither answered nor refused`, queue.others.length, 0, 'requests'),
      atMost(`overtaken (${queue.answered} answered)`, queue.overtaken, places, 'places'),
      atMost(`longest wait for a refusal (${queue.refused} refused)`, Math.max(0, ...queue.refusalsMs), 2000, 'ms'),
    ],
  };
};

/** A program that has just started is slower, and grows, whatever the load. */
async function warmUp({ url }: Harness, client: HttpClient): Promise<void> {
  const body = chatBody(promptForDeltas(1000));
  for (let n = 0; n < 10; n += 1) {
    await client.timeToLine(`${url}/v1/chat/completions`, body, (line) => Boolean(chatDelta(line)));
  }
}

function toRow(what: string, { waysMs, cpuMsPerSecond, memoryMb }: StreamsSample): Row {
  return {
    what,
    deltas: waysMs.length,
    'median ms': round(median(waysMs)),
    'p99 ms': round(p99(waysMs)),
    'CPU ms/s': Math.round(cpuMsPerSecond),
    '+RSS MB': round(memoryMb),
  };
}
