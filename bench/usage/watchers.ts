/** What do watchers of the access log cost that never read? */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../../test/support/cleanup.ts';
import type { Harness } from '../support/harness.ts';
import { residentMb } from '../support/proc.ts';
import { costOfRequest } from './write-cost.ts';

const connectedAtOnce = 100;

export interface WatchersCost {
  /** KB of the harness's memory for each of them: when they have come, and after `requests` that they do not read of. */
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
  const before = residentMb(harness.pid);
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
  const kbEach = (): number => ((residentMb(harness.pid) - before) * 1024) / watchers;
  const idleKb = kbEach();
  await costOfRequest(harness, { requests, atOnce: 10, pauseMs: 0 });
  await sleep(1000);
  const keptKb = kbEach();
  for (const socket of sockets) socket.destroy();
  return { idleKb, keptKb };
}
