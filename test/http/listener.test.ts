import express, { type Response } from 'express';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TcpAddress } from '../../src/core/listen-address.ts';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { trackConnection } from '../../src/http/track-connection.ts';
import { Listener, ListenError } from '../../src/http/listener.ts';
import { SocketPlaceError } from '../../src/http/unix-socket.ts';
import { fetchAt } from '../../src/util/fetch-at.ts';
import { temporaryDir } from '../process/fixture.ts';

let listener: Listener;
let active: ActiveWork;
let port: number;
let agent: Agent;
/** Requests that wait to be answered. */
let waiting: Response[];
/** Answers that nobody waits for. */
let endless: Response[];

beforeEach(async () => {
  active = new ActiveWork();
  waiting = [];
  endless = [];
  const app = express();
  app.get('/', (_req, res) => {
    trackConnection(res, active);
    waiting.push(res);
  });
  app.get('/endless', (_req, res) => {
    res.flushHeaders();
    endless.push(res);
  });
  listener = new Listener(app);
  const [address] = await listener.listen([{ host: '127.0.0.1', port: 0 }]);
  port = (address as TcpAddress).port;
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});

afterEach(async () => {
  agent.destroy();
  await listener.close();
});

async function request(through: Agent | false = agent, path = '/'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: through, path }, (response) => {
      response.resume().once('end', () => {
        resolve(response);
      });
    }).once('error', reject);
  });
}

async function arrived(count: number): Promise<void> {
  await expect.poll(() => waiting.length).toBe(count);
}

describe('Listener.drain', () => {
  it('ends what would never be done when all else is', async () => {
    const running = request();
    await arrived(1);
    const watching = request(false, '/endless');
    await expect.poll(() => endless.length).toBe(1);
    const drained = listener.drain(active, 5000, () => {
      expect(waiting[0]?.writableFinished).toBe(true);
      for (const stream of endless) stream.end();
      return Promise.resolve();
    });
    waiting[0]?.end('done');
    expect((await Promise.all([running, watching])).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await drained).toBe(true);
  });

  it('finishes what is running and takes no more connections', async () => {
    const running = request();
    await arrived(1);
    const drained = listener.drain(active, 5000);
    await expect(request(false)).rejects.toThrow('ECONNREFUSED');
    waiting[0]?.end('done');
    expect((await running).statusCode).toBe(200);
    expect(await drained).toBe(true);
  });

  it('serves what still comes on an open connection, and asks its client to open another one after that', async () => {
    const first = request();
    await arrived(1);
    // Its headers are gone before the draining begins, so that the client keeps the connection.
    waiting[0]?.write('half');
    const drained = listener.drain(active, 5000);
    const second = request();
    waiting[0]?.end('done');
    expect((await first).headers.connection).toBe('keep-alive');
    await arrived(2);
    waiting[1]?.end('done');
    expect((await second).headers.connection).toBe('close');
    expect(await drained).toBe(true);
  });

  it('serves what comes on a connection that was idle when it began', async () => {
    const before = request();
    await arrived(1);
    waiting[0]?.end('done');
    await before;
    const drained = listener.drain(active, 5000);
    await delay(20);
    const after = request();
    await arrived(2);
    waiting[1]?.end('done');
    expect((await after).headers.connection).toBe('close');
    expect(await drained).toBe(true);
  });

  it('closes connections that nobody uses', async () => {
    const idle = request();
    await arrived(1);
    waiting[0]?.end('done');
    await idle;
    expect(await listener.drain(active, 5000)).toBe(true);
  });

  it('gives up after its time', async () => {
    const running = request().catch((error: unknown) => error);
    await arrived(1);
    expect(await listener.drain(active, 50)).toBe(false);
    await listener.close();
    expect(await running).toBeInstanceOf(Error);
  });
});

describe('Listener.listen', () => {
  let others: Listener;
  let folder: string;

  beforeEach(() => {
    folder = temporaryDir();
    const app = express();
    app.get('/', (_req, res) => {
      res.send('here');
    });
    others = new Listener(app);
  });

  afterEach(() => others.close());

  /** A socket whose process was killed. */
  async function leaveBehind(path: string): Promise<void> {
    const server = createServer().listen(`${path}.before`);
    await once(server, 'listening');
    renameSync(`${path}.before`, path);
    server.close();
    await once(server, 'close');
  }

  const reasonOf = async (promise: Promise<unknown>) => {
    const error = await promise.catch((reason: unknown) => reason);
    return error instanceof ListenError ? { target: error.target, cause: error.cause } : error;
  };

  it('serves all addresses, and gives them in order', async () => {
    const path = join(folder, 'http.sock');
    const bound = await others.listen([
      { path, mode: 0o600 },
      { host: '127.0.0.1', port: 0 },
      { host: '::1', port: 0 },
    ]);
    const [, four, six] = bound as TcpAddress[];
    expect(bound).toEqual([{ path }, { host: '127.0.0.1', port: four?.port }, { host: '::1', port: six?.port }]);
    for (const url of [`unix:${path}`, `http://127.0.0.1:${four?.port}`, `http://[::1]:${six?.port}`]) {
      expect(await (await fetchAt(url, '/')).text()).toBe('here');
    }
  });

  it('takes them all or none', async () => {
    const path = join(folder, 'http.sock');
    const used = { host: '127.0.0.1', port };
    const reason = await reasonOf(others.listen([{ path, mode: 0o600 }, used]));
    expect(reason).toEqual({ target: used, cause: expect.objectContaining({ code: 'EADDRINUSE' }) as Error });
    expect(existsSync(path)).toBe(false);
  });

  it.each([0o600, 0o660, 0o666])('gives a socket the permissions %o, and removes it at the end', async (mode) => {
    const path = join(folder, 'http.sock');
    await others.listen([{ path, mode }]);
    expect(statSync(path).mode & 0o777).toBe(mode);
    await others.close();
    expect(existsSync(path)).toBe(false);
  });

  it('drains all of them', async () => {
    const path = join(folder, 'http.sock');
    const [, address] = await others.listen([
      { path, mode: 0o600 },
      { host: '127.0.0.1', port: 0 },
    ]);
    const url = `http://127.0.0.1:${(address as TcpAddress).port}`;
    expect(await others.drain(new ActiveWork(), 5000)).toBe(true);
    await expect(fetchAt(`unix:${path}`, '/')).rejects.toThrow('ENOENT');
    await expect(fetchAt(url, '/')).rejects.toThrow();
  });

  it('replaces the socket that a killed process has left behind', async () => {
    const path = join(folder, 'http.sock');
    await leaveBehind(path);
    await others.listen([{ path, mode: 0o600 }]);
    expect(await (await fetchAt(`unix:${path}`, '/')).text()).toBe('here');
  });

  it('leaves a socket alone on which somebody listens', async () => {
    const path = join(folder, 'http.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const { cause } = (await reasonOf(others.listen([{ path, mode: 0o600 }]))) as ListenError;
    expect(cause).toBeInstanceOf(SocketPlaceError);
    expect(cause).toMatchObject({ place: 'in_use' });
    expect(existsSync(path)).toBe(true);
    server.close();
    await once(server, 'close');
  });

  it('leaves a file alone that is not a socket', async () => {
    const path = join(folder, 'http.sock');
    writeFileSync(path, 'mine');
    expect(await reasonOf(others.listen([{ path, mode: 0o600 }]))).toMatchObject({ cause: { place: 'not_a_socket' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('says that a folder is missing', async () => {
    const path = join(folder, 'none/http.sock');
    expect(await reasonOf(others.listen([{ path, mode: 0o600 }]))).toMatchObject({ cause: { place: 'no_folder' } });
  });
});
