import express, { type Response } from 'express';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { trackConnection } from '../../src/http/track-connection.ts';
import { Listener } from '../../src/http/listener.ts';

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
  port = (await listener.listen({ host: '127.0.0.1', port: 0 })).port;
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
