/** What memory do a large upload and its download take, and how fast are they? */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { atMost, type Bench, type Row } from './support/bench.ts';
import { startHarness } from './support/harness.ts';
import { openLab } from './support/lab.ts';
import { round } from './support/statistics.ts';

const megabyteBytes = 1024 ** 2;

export const files: Bench = async ({ quick, cleanup, progress }) => {
  // A little less than `files.max_size`.
  const megabytes = quick ? 50 : 499;
  const harness = await startHarness(await openLab(cleanup));
  const rows: Row[] = [];
  const peak = (what: string, ms?: number): void => {
    const rate = ms === undefined ? {} : { seconds: round(ms / 1000), 'MB/s': Math.round(megabytes / (ms / 1000)) };
    rows.push({ what, seconds: '', 'MB/s': '', ...rate, 'RSS MB, at most': round(peakMb(harness.pid)) });
  };
  await harness.quiet();
  peak('before');
  const sent = createHash('sha256');
  progress('upload');
  const upload = await timed(() => put(harness.url, megabytes, sent));
  peak(`upload of ${megabytes} MB`, upload.ms);
  progress('download');
  const download = await timed(() => get(harness.url, upload.value));
  peak('download', download.ms);
  if (download.value !== sent.digest('hex')) throw new Error('what came back is not what was sent');
  return { rows, targets: [atMost('memory of the harness', round(peakMb(harness.pid)), 150, 'MB')] };
};

async function put(url: string, megabytes: number, hash: ReturnType<typeof createHash>): Promise<string> {
  const megabyte = randomBytes(megabyteBytes);
  function* form(): Generator<Uint8Array> {
    yield Buffer.from('--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n');
    yield Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n');
    for (let count = 0; count < megabytes; count++) {
      hash.update(megabyte);
      yield megabyte;
    }
    yield Buffer.from('\r\n--x--\r\n');
  }
  const body = Readable.toWeb(Readable.from(form()));
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers, body, duplex: 'half' });
  const file = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(JSON.stringify(file));
  return file.id;
}

async function get(url: string, id: string): Promise<string> {
  const hash = createHash('sha256');
  const { body } = await fetch(`${url}/v1/files/${id}/content`);
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) hash.update(piece);
  return hash.digest('hex');
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/** The most that the process has had since it began. */
function peakMb(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}
