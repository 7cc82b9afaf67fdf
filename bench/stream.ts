/** What does the harness add to a long answer that comes as fast as the CLI can print it? */
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { chatBody } from './support/chat-body.ts';
import { chatDelta, cliDelta } from './support/deltas.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab, type Lab } from './support/lab.ts';
import { cpuMs } from './support/proc.ts';
import { promptForWords } from './support/prompt.ts';
import { median, round } from './support/statistics.ts';
import { WarmCli } from './support/warm-cli.ts';

const deltas = 20_000;
const prompt = promptForWords(deltas);

/** What the answer costs the harness after its last byte, such as emptying the process, counts as well. */
const aftermathMs = 300;

interface Sample {
  wallMs: number;
  cpuMs: number;
}

export const stream: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const harness = await startHarness(lab);
  const client = new HttpClient(cleanup);
  const bare: Sample[] = [];
  const served: Sample[] = [];
  const rounds = quick ? 2 : 9;
  for (let n = 1; n <= rounds; n += 1) {
    progress(`round ${n} of ${rounds}`);
    await harness.quiet();
    bare.push(await throughBareCli(lab));
    await harness.quiet();
    served.push(await throughHarness(harness, client));
  }
  return {
    rows: [toRow('warm CLI alone', bare), toRow('harness (CPU without its CLI)', served)],
    targets: [
      atMost("harness's CPU", medianOf(served, 'cpuMs'), 0.4 * medianOf(bare, 'cpuMs'), 'ms'),
      atMost("harness's wall time", medianOf(served, 'wallMs'), 1.15 * medianOf(bare, 'wallMs'), 'ms'),
    ],
  };
};

/**
 * From the write to the end of the model's message, where the harness ends its turns too. The CLI's CPU time is that of
 * this turn alone, without its start: the difference of what `/proc` says of the process before the write and, while it
 * is still alive, at the end of the message.
 */
async function throughBareCli(lab: Lab): Promise<Sample> {
  const cli = new WarmCli(lab);
  await cli.settled();
  const cpuBefore = cpuMs(cli.pid);
  const askedAt = performance.now();
  cli.ask(prompt);
  const output = await collect(cli.stdout, '"type":"message_delta"');
  const sample = { wallMs: performance.now() - askedAt, cpuMs: cpuMs(cli.pid) - cpuBefore };
  await cli.stop();
  checkDeltas(output, cliDelta);
  return sample;
}

async function throughHarness({ url, pid }: Harness, client: HttpClient): Promise<Sample> {
  const cpuBefore = cpuMs(pid);
  const askedAt = performance.now();
  const response = await client.post(`${url}/v1/chat/completions`, chatBody(prompt));
  const output = await collect(response, 'data: [DONE]');
  const wallMs = performance.now() - askedAt;
  await sleep(aftermathMs);
  const sample = { wallMs, cpuMs: cpuMs(pid) - cpuBefore };
  checkDeltas(output, chatDelta);
  return sample;
}

/**
 * Reads a stream until `end` has come, keeping the bytes for later: on two processors a reader that parses would be a
 * part of what is measured.
 */
async function collect(source: Readable, end: string): Promise<string> {
  const chunks: Buffer[] = [];
  let tail = Buffer.alloc(0);
  await new Promise<void>((resolve, reject) => {
    source.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      // `end` may be cut in two by the border of two chunks.
      tail = Buffer.concat([tail.subarray(-end.length), chunk]);
      if (tail.includes(end)) resolve();
    });
    source.once('end', () => {
      reject(new Error(`the stream ended before ${end}`));
    });
  });
  // What comes after the end of a complete answer, such as the CLI's summary, is read and dropped.
  source.removeAllListeners('data').resume();
  return Buffer.concat(chunks).toString('utf8');
}

/** Throws unless every delta that the stand-in sent has arrived, in order and as it was. */
function checkDeltas(output: string, toDelta: (line: string) => string | undefined): void {
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  const received = lines.map(toDelta).filter((text) => text !== undefined && text !== '');
  if (received.length !== deltas) throw new Error(`${received.length} of ${deltas} deltas arrived`);
  const wrong = received.findIndex((text, n) => text !== `word${n} `);
  if (wrong !== -1) throw new Error(`delta ${wrong} arrived as ${JSON.stringify(received[wrong])}`);
}

function toRow(path: string, samples: readonly Sample[]): Row {
  const wallMs = medianOf(samples, 'wallMs');
  return {
    path,
    n: samples.length,
    'wall ms': round(wallMs),
    'CPU ms': round(medianOf(samples, 'cpuMs')),
    'deltas/s': Math.round((deltas / wallMs) * 1000),
  };
}

function medianOf(samples: readonly Sample[], key: keyof Sample): number {
  return median(samples.map((sample) => sample[key]));
}
