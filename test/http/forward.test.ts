import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HarnessError } from '../../src/core/errors.ts';
import { forwardTo } from '../../src/http/forward.ts';
import { startRecord } from '../../src/http/record-of.ts';

let folder: string;
let socketPath: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forward-'));
  socketPath = join(folder, 'socket');
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(folder, { recursive: true });
});

async function listen(handler: RequestListener, at: string | number): Promise<Server> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(at, resolve));
  return server;
}

function front(): express.Express {
  const app = express();
  app.use((_req, res, next) => {
    startRecord(res, 'req_1', { arrivedAt: 0 });
    next();
  });
  app.use(forwardTo(socketPath));
  app.use(((error: unknown, _req, res, _next) => {
    res.status(503).json({ code: (error as HarnessError).code });
  }) satisfies express.ErrorRequestHandler);
  return app;
}

describe('forwardTo', () => {
  it('passes on method, path, query, headers and body, and gives back status, headers and body', async () => {
    await listen((req, res) => {
      let body = '';
      req.setEncoding('utf8').on('data', (text: string) => (body += text));
      req.on('end', () => {
        const { authorization, 'x-request-id': id } = req.headers;
        res.writeHead(201, { 'content-type': 'application/json', 'x-own': 'yes' });
        res.end(JSON.stringify({ method: req.method, url: req.url, authorization, id, body }));
      });
    }, socketPath);
    const answer = await supertest(front())
      .post('/v1/sessions?a=1&a=2')
      .set('authorization', 'Bearer x')
      .send({ agent: 'ä' });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-own']).toBe('yes');
    expect(answer.body).toEqual({
      method: 'POST',
      url: '/v1/sessions?a=1&a=2',
      authorization: 'Bearer x',
      id: 'req_1',
      body: '{"agent":"ä"}',
    });
  });

  it('keeps the headers of a connection to that connection', async () => {
    let seen: object = {};
    await listen((req, res) => {
      seen = req.headers;
      res.end('{}');
    }, socketPath);
    await supertest(front()).get('/').set('connection', 'close, x-hop').set('x-hop', '1').set('x-kept', '1');
    expect(seen).toHaveProperty('x-kept');
    expect(seen).not.toHaveProperty('x-hop');
  });

  it('sends each part of a stream on when it comes, and tells the other side when the client leaves', async () => {
    let sendNext: (() => void) | undefined;
    const left = new Promise<void>((resolve) => {
      void listen((_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write('one');
        sendNext = () => res.write('two');
        res.once('close', resolve);
      }, socketPath);
    });
    const server = await listen(front(), 0);
    const { port } = server.address() as { port: number };
    const leaving = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: leaving.signal });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('one');
    sendNext?.();
    expect((await reader?.read())?.value).toBe('two');
    leaving.abort();
    await left;
  });

  it('sends the head of an answer on before there is any body', async () => {
    await listen((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    }, socketPath);
    const server = await listen(front(), 0);
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await answer.body?.cancel();
  });

  it('tells the other side when the client leaves before there is an answer', async () => {
    const leaving = new AbortController();
    const left = new Promise<void>((resolve) => {
      void listen((_req, res) => {
        res.once('close', resolve);
        leaving.abort();
      }, socketPath);
    });
    const server = await listen(front(), 0);
    const { port } = server.address() as { port: number };
    await expect(fetch(`http://127.0.0.1:${port}/`, { signal: leaving.signal })).rejects.toThrow();
    await left;
  });

  it('leaves a request to others where there is no socket', async () => {
    const answer = await supertest(front()).get('/v1/sessions');
    expect(answer.status).toBe(404);
  });

  it('says that the other side does not answer', async () => {
    writeFileSync(socketPath, '');
    const answer = await supertest(front()).get('/v1/sessions');
    expect(answer.body).toEqual({ code: 'AGENT_UNAVAILABLE' });
  });

  it('cuts an answer whose other half does not come', async () => {
    await listen((_req, res) => {
      res.writeHead(200, { 'content-length': '10' });
      res.write('half', () => res.destroy());
    }, socketPath);
    await expect(supertest(front()).get('/')).rejects.toThrow();
  });
});
