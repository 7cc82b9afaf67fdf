import express from 'express';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { trackConnection } from '../../src/http/track-connection.ts';
import { listen, type Listening } from '../http/test-app.ts';
import { eventually } from '../util/eventually.ts';

describe('ActiveWork', () => {
  let active: ActiveWork;
  let signals: AbortSignal[];
  let listening: Listening;
  let arrived: boolean;

  beforeEach(async () => {
    active = new ActiveWork();
    signals = [];
    arrived = false;
    const app = express();
    app.get('/quick', (_req, res) => {
      signals.push(trackConnection(res, active));
      res.end('done');
    });
    app.get('/held', (_req, res) => {
      signals.push(trackConnection(res, active));
    });
    app.get('/late', (_req, res) => {
      arrived = true;
      res.once('close', () => {
        setTimeout(() => {
          signals.push(trackConnection(res, active));
        }, 10);
      });
    });
    listening = await listen(app);
  });
  afterEach(() => listening.close());

  /** Begins a request; gives what ends it from the client's side. */
  async function begin(path: string): Promise<() => void> {
    const controller = new AbortController();
    fetch(listening.url + path, { signal: controller.signal }).catch(() => undefined);
    await eventually(() => {
      expect(arrived || signals.length === 1).toBe(true);
    });
    return () => {
      controller.abort();
    };
  }

  it('is idle while nothing is being answered', async () => {
    expect(await active.idle(0)).toBe(true);
    await request(listening.server).get('/quick');
    expect(await active.idle(100)).toBe(true);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('waits for the request that is being answered', async () => {
    const leave = await begin('/held');
    const idle = active.idle(5000);
    leave();
    expect(await idle).toBe(true);
  });

  it('waits no longer than it may', async () => {
    await begin('/held');
    expect(await active.idle(20)).toBe(false);
  });

  it('aborts the signal when the client goes away', async () => {
    const leave = await begin('/held');
    leave();
    await eventually(() => {
      expect(signals[0]?.reason).toMatchObject({ code: 'ABORTED' });
    });
  });

  it('aborts every request with the reason it is given', async () => {
    await begin('/held');
    active.abortAll(new HarnessError('DRAINING', 'Stopping.'));
    expect(signals[0]?.reason).toMatchObject({ code: 'DRAINING' });
  });

  it('aborts a request at once whose client had gone before, and does not wait for it', async () => {
    const leave = await begin('/late');
    leave();
    await eventually(() => {
      expect(signals).toHaveLength(1);
    });
    expect(signals[0]?.aborted).toBe(true);
    expect(await active.idle(0)).toBe(true);
  });

  it('waits for work without a connection, and ends it with the rest', async () => {
    const work = active.begin();
    expect(await active.idle(20)).toBe(false);
    const idle = active.idle(5000);
    active.abortAll(new HarnessError('DRAINING', 'Stopped.'));
    expect(work.signal.reason).toMatchObject({ code: 'DRAINING' });
    work.end();
    expect(await idle).toBe(true);
  });
});
