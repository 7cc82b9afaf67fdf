/**
 * `npx tsx bench/files.ts [-- --megabytes N]`: a large file goes to the built harness and comes back; prints how fast, and
 * the most memory that the service occupied meanwhile. Needs Linux, for its `/proc`.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { Cleanup } from '../test/support/cleanup.ts';
import { root } from '../test/support/root.ts';
import { makeHome } from '../test/support/service/home.ts';
import { startService } from '../test/support/service/start-service.ts';
import { endOnSignal } from './support/end-on-signal.ts';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '499' } } });
const megabytes = Number(values.megabytes);
const megabyte = randomBytes(1024 ** 2);
const cleanup = new Cleanup();
const stopListening = endOnSignal(cleanup);
execFileSync(process.execPath, ['scripts/build-if-needed.mjs'], { cwd: root, stdio: 'inherit' });

try {
  const home = makeHome(cleanup, 'harness-bench-');
  // Nobody asks for an answer.
  const cli = '/bin/false';
  const { url, child } = await startService({ as: 'child-process', cleanup, home, cli, apiUrl: 'http://127.0.0.1:9' });
  console.log(`at rest: ${peakMb(child.pid)} MB at most`);
  const sent = createHash('sha256');
  const upload = await timed(() => put(url, sent));
  console.log(`upload of ${megabytes} MB: ${rate(upload.ms)}; ${peakMb(child.pid)} MB at most`);
  const download = await timed(() => get(url, upload.value));
  console.log(`download: ${rate(download.ms)}; ${peakMb(child.pid)} MB at most`);
  if (download.value !== sent.digest('hex')) throw new Error('what came back is not what was sent');
} finally {
  stopListening();
  await cleanup.run();
}

async function put(url: string, hash: ReturnType<typeof createHash>): Promise<string> {
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

function rate(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s, ${Math.round(megabytes / (ms / 1000))} MB/s`;
}

/** Of the service's own process, since it began. */
function peakMb(pid: number | undefined): number {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kib) / 1024);
}
