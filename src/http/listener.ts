import { createServer, type RequestListener, type Server } from 'node:http';
import { chmodSync } from 'node:fs';
import { Server as SocketServer } from 'node:net';
import { setImmediate as afterReading, setTimeout as delay } from 'node:timers/promises';
import type { BoundAddress, ListenAddress } from '../core/listen-address.ts';
import type { ActiveWork } from '../exchange/active-work.ts';
import { limitBodyTime } from './body-time.ts';
import { clearSocketPlace } from './unix-socket.ts';

/** An address, or a socket that somebody else listens on and goes on listening on when this process has ended. */
export type ListenTarget = ListenAddress | { fd: number };

/** An address that can't be had; the cause says why. */
export class ListenError extends Error {
  readonly target: ListenTarget;

  constructor(target: ListenTarget, cause: unknown) {
    super(`can't listen on ${JSON.stringify(target)}`, { cause });
    this.target = target;
  }
}

/** A busy client's next request comes sooner than this after its last answer; a connection closed before would fail it. */
const calmMs = 300;

/** The service's sockets and their connections. */
export class Listener {
  readonly #app: RequestListener;
  readonly #servers: Server[] = [];
  #isClosing = false;

  constructor(app: RequestListener) {
    this.#app = app;
  }

  /** Gives the addresses, in the order of `targets`. Throws `ListenError` when one can't be had, and then has none. */
  async listen(targets: readonly ListenTarget[]): Promise<BoundAddress[]> {
    const addresses: BoundAddress[] = [];
    for (const target of targets) {
      try {
        addresses.push(await this.#listenOn(target));
      } catch (error) {
        await this.close();
        throw new ListenError(target, error);
      }
    }
    return addresses;
  }

  /**
   * Takes no more connections, and answers what still comes on the open ones until all are done, at most for `graceMs`;
   * tells whether that came true. On an inherited socket new connections wait for the next process. `endStreams` ends
   * answers that would never be done.
   */
  async drain(
    active: ActiveWork,
    graceMs: number,
    endStreams = (): Promise<void> => Promise.resolve(),
  ): Promise<boolean> {
    this.#isClosing = true;
    // Not HTTP's own close(), which at once cuts idle connections as well: a request may be on its way on one of them.
    for (const server of this.#servers) SocketServer.prototype.close.call(server);
    const until = performance.now() + graceMs;
    for (;;) {
      const leftMs = until - performance.now();
      if (leftMs <= 0 || !(await active.idle(leftMs))) return false;
      await delay(Math.min(calmMs, leftMs));
      // What has arrived by now is read, and is then no idle connection.
      await afterReading();
      if (!(await active.idle(0))) continue;
      await endStreams();
      for (const server of this.#servers) server.closeIdleConnections();
      if ((await this.#connections()) === 0) return true;
    }
  }

  /** Cuts what is still open. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map(closeAtOnce));
  }

  async #listenOn(target: ListenTarget): Promise<BoundAddress> {
    if ('path' in target) await clearSocketPlace(target.path);
    const server = this.#createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      open(server, target, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#servers.push(server);
    if ('path' in target) chmodSync(target.path, target.mode);
    const address = server.address();
    if (address === null || typeof address === 'string') return { path: address ?? undefined };
    return { host: address.address, port: address.port };
  }

  #createServer(): Server {
    const server = createServer((req, res) => {
      // The client's next request is for whoever listens then.
      if (this.#isClosing) res.setHeader('connection', 'close');
      limitBodyTime(req, res);
      this.#app(req, res);
    });
    // One for all requests; each has its own.
    server.requestTimeout = 0;
    // Longer than the idle time of the usual routers, so that they close first and never send into a closing connection.
    server.keepAliveTimeout = 75_000;
    return server;
  }

  async #connections(): Promise<number> {
    const counts = await Promise.all(this.#servers.map(connectionsOf));
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

/** Nobody else may open a Unix socket before it has its permissions. */
function open(server: Server, target: ListenTarget, onListening: () => void): void {
  if (!('path' in target)) {
    server.listen(target, onListening);
    return;
  }
  const before = process.umask(0o177);
  try {
    // The file is made before this returns.
    server.listen({ path: target.path }, onListening);
  } finally {
    process.umask(before);
  }
}

/** A Unix socket's file goes with it. */
async function closeAtOnce(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((error, count) => {
      resolve(error === null ? count : 0);
    });
  });
}
