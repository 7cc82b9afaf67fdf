import { createServer, type RequestListener, type Server } from 'node:http';
import { Server as SocketServer, type AddressInfo } from 'node:net';
import { setImmediate as afterReading, setTimeout as delay } from 'node:timers/promises';
import type { ActiveWork } from '../exchange/active-work.ts';
import { limitBodyTime } from './body-time.ts';

export interface ListenOptions {
  host: string;
  port: number;
  /** A socket that somebody else listens on and goes on listening on when this process has ended. */
  fd?: number;
}

/** A busy client's next request comes sooner than this after its last answer; a connection closed before would fail it. */
const calmMs = 100;

/** What an inherited Unix socket is said to be: it has no address, and is for this machine alone. */
const privateSocket: AddressInfo = { address: 'localhost', family: 'Unix', port: 0 };

/** The server's socket and its connections. */
export class Listener {
  readonly #server: Server;
  #isClosing = false;

  constructor(app: RequestListener) {
    this.#server = createServer((req, res) => {
      // The client's next request is for whoever listens then.
      if (this.#isClosing) res.setHeader('connection', 'close');
      limitBodyTime(req, res);
      app(req, res);
    });
    // One for all requests; each has its own.
    this.#server.requestTimeout = 0;
    // Longer than the idle time of the usual routers, so that they close first and never send into a closing connection.
    this.#server.keepAliveTimeout = 75_000;
  }

  /** Gives the address. Rejects when it can't be had. */
  async listen({ host, port, fd }: ListenOptions): Promise<AddressInfo> {
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(fd === undefined ? { host, port } : { fd }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    return address === null || typeof address === 'string' ? privateSocket : address;
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
    SocketServer.prototype.close.call(this.#server);
    const until = performance.now() + graceMs;
    for (;;) {
      const leftMs = until - performance.now();
      if (leftMs <= 0 || !(await active.idle(leftMs))) return false;
      await delay(Math.min(calmMs, leftMs));
      // What has arrived by now is read, and is then no idle connection.
      await afterReading();
      if (!(await active.idle(0))) continue;
      await endStreams();
      this.#server.closeIdleConnections();
      if ((await this.#connections()) === 0) return true;
    }
  }

  /** Cuts what is still open. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #connections(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.getConnections((error, count) => {
        resolve(error === null ? count : 0);
      });
    });
  }
}
