import express, { type Response } from 'express';
import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { EventStream } from '../../src/http/event-stream.ts';
import { namedEvents } from '../../src/dialect/anthropic-messages/stream-format.ts';
import { unnamedEvents } from '../../src/dialect/openai-shared/stream-format.ts';
import { listen } from './test-app.ts';
import { eventually } from '../util/eventually.ts';

/** Gets what `write` sends. */
function get(write: (stream: EventStream, res: Response) => Promise<void>, silenceMs = 10_000) {
  const app = express().get('/', async (_req, res) => {
    await write(new EventStream(res, { silenceMs, format: unnamedEvents }), res);
    if (!res.headersSent) res.status(418).end();
  });
  return request(app).get('/');
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('EventStream', () => {
  it('sends events as data lines, with what JSON escapes escaped', async () => {
    const { text } = await get(async (stream) => {
      await stream.send([{ a: 'line\nbreak' }, { b: 'ü' }]);
      await stream.done();
    });
    expect(text).toBe('data: {"a":"line\\nbreak"}\n\ndata: {"b":"ü"}\n\ndata: [DONE]\n\n');
  });

  it('sends events with their names, and signs of life as such, where the dialect wants it', async () => {
    const app = express().get('/', async (_req, res) => {
      const stream = new EventStream(res, { silenceMs: 30, format: namedEvents });
      await stream.send([{ type: 'a', b: 1 }]);
      await pause(100);
      await stream.send([{ type: 'c' }]);
      await stream.done();
    });
    const { text } = await request(app).get('/');
    expect(text).toMatch(
      /^event: a\ndata: \{"type":"a","b":1\}\n\n(event: ping\ndata: \{"type":"ping"\}\n\n)+event: c\ndata: \{"type":"c"\}\n\n$/,
    );
  });

  it('tells proxies to hold nothing back', async () => {
    const { headers } = await get((stream) => stream.done());
    expect(headers['cache-control']).toBe('no-cache, no-transform');
    expect(headers['x-accel-buffering']).toBe('no');
  });

  it('stays unopened until there is something to send', async () => {
    const { status } = await get(async (stream) => {
      await stream.send([]);
      expect(stream.opened).toBe(false);
      stream.close();
    });
    expect(status).toBe(418);
  });

  it('opens after silence, and writes a comment each time it passes', async () => {
    const { status, text } = await get(async (stream, res) => {
      const write = vi.spyOn(res, 'write');
      await eventually(() => {
        expect(write.mock.calls.length).toBeGreaterThan(1);
      });
      expect(stream.opened).toBe(true);
      stream.close();
    }, 30);
    expect(status).toBe(200);
    expect(text).toMatch(/^(: ping\n){2,}$/);
  });

  it('counts the silence from the last event', async () => {
    const { text } = await get(async (stream) => {
      for (let index = 0; index < 7; index += 1) {
        await stream.send([{ index }]);
        await pause(60);
      }
      stream.close();
    }, 300);
    expect(text).not.toContain('ping');
  });

  it('ends no silence after it was closed', async () => {
    let stream: EventStream | undefined;
    const { status } = await get(async (opened) => {
      stream = opened;
      opened.close();
      await pause(60);
    }, 20);
    expect(status).toBe(418);
    expect(stream?.opened).toBe(true);
  });

  it('settles a send when the client goes away', async () => {
    let settled = false;
    const app = express().get('/', async (_req, res) => {
      const stream = new EventStream(res, { silenceMs: 10_000, format: unnamedEvents });
      // More than the connection takes while nobody reads.
      await stream.send([{ text: 'x'.repeat(16 * 1024 * 1024) }]);
      settled = true;
      await stream.send([{ text: 'to nobody' }]);
    });
    const listening = await listen(app);
    const response = await fetch(listening.url);
    expect(settled).toBe(false);
    await response.body?.cancel();
    await eventually(() => {
      expect(settled).toBe(true);
    });
    await listening.close();
  });
});
