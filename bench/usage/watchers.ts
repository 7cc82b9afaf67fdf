/** What do watchers of the access log cost that never read? */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../../test/support/cleanup.ts';
import type { Harness } from '../support/harness.ts';
import { sampleOf } from '../support/sampled.ts';
import { costOfRequest } from './write-cost.ts';

const connectedAtOnce = 100;

/** The harness has to be one that says its memory (`probeArgs`). */
export interface WatchersCost {
  /** KB of the harness's memory for each of them, garbage aside: when they have come, and after `requests` that they do not read of. */
  idleKb: number;
  keptKb: number;
}

export async function costOfWatchers(
  harness: Harness,
  { watchers, requests }: { watchers: number; requests: number },
  cleanup: Cleanup,
): Promise<WatchersCost> {
  const { hostname, port } = new URL(harness.url);
  const sockets: Socket[] = [];
  cleanup.defer(() => {
    for (const socket of sockets) socket.destroy();
  });
  const before = await residentMb(harness);
  for (let n = 0; n < watchers; n += connectedAtOnce) {
    await Promise.all(
      Array.from({ length: Math.min(connectedAtOnce, watchers - n) }, async () => {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        socket.write(`GET /logs/stream HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
        // The headers: it is followed.
        await once(socket, 'readable');
      }),
    );
  }
  const kbEach = async (): Promise<number> => (((await residentMb(harness)) - before) * 1024) / watchers;
  const idleKb = await kbEach();
  await costOfRequest(harness, { requests, atOnce: 10, pauseMs: 0 });
  await sleep(1000);
  const keptKb = await kbEach();
  for (const socket of sockets) socket.destroy();
  return { idleKb, keptKb };
}

/** The first collection leaves what only a second one finds unused. */
async function residentMb({ child }: Harness): Promise<number> {
  await sampleOf(child);
  return (await sampleOf(child)).rssMb;
}
