import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished, describe, expect, it } from 'vitest';
import { fetchAt } from '../../src/util/fetch-at.ts';
import { temporaryDir } from '../process/fixture.ts';

async function listen(app: RequestListener, at: string | number): Promise<Server> {
  const server = createServer(app).listen(at);
  onTestFinished(() => {
    server.close().closeAllConnections();
  });
  await once(server, 'listening');
  return server;
}

/** Answers with what it was asked. */
const echo: RequestListener = (req, res) => {
  const pieces: Buffer[] = [];
  req.on('data', (piece: Buffer) => pieces.push(piece));
  req.on('end', () => {
    const { method, url, headers } = req;
    const body = Buffer.concat(pieces).toString();
    res
      .setHeader('set-cookie', ['a=1', 'b=2'])
      .writeHead(201, 'Made')
      .end(JSON.stringify({ method, url, headers, body }));
  });
};

interface Echoed {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

async function onSocket(app: RequestListener): Promise<string> {
  const path = join(temporaryDir(), 'http.sock');
  await listen(app, path);
  return `unix:${path}`;
}

describe.each(['a Unix socket', 'a port'])('at %s', (kind) => {
  const start = async (app: RequestListener): Promise<string> => {
    if (kind === 'a Unix socket') return onSocket(app);
    const { port } = (await listen(app, 0)).address() as AddressInfo;
    return `http://localhost:${port}`;
  };

  it('a request brings its method, path, headers and body, and an answer its status, headers and body', async () => {
    const init = { method: 'POST', headers: { 'x-mine': '1', 'content-type': 'text/plain' }, body: 'Grüße' };
    const answer = await fetchAt(await start(echo), '/a%20b?c=d%26', init);
    expect([answer.status, answer.statusText, answer.ok]).toEqual([201, 'Made', true]);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const asked = (await answer.json()) as Echoed;
    expect(asked).toMatchObject({ method: 'POST', url: '/a%20b?c=d%26', body: 'Grüße' });
    expect(asked.headers).toMatchObject({ 'x-mine': '1', 'content-type': 'text/plain' });
    expect(asked.headers['host']).toMatch(/^localhost(:\d+)?$/);
  });

  it('a form can be sent', async () => {
    const body = new FormData();
    body.set('purpose', 'batch');
    const asked = (await (await fetchAt(await start(echo), '/', { method: 'POST', body })).json()) as Echoed;
    expect(asked.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked.body).toContain('name="purpose"');
  });

  it('an answer can be read as it comes', async () => {
    const url = await start((_req, res) => {
      res.write('first');
    });
    const { body } = await fetchAt(url, '/');
    const first = await body?.getReader().read();
    expect(first?.value).toEqual(new TextEncoder().encode('first'));
  });

  it('an answer may have no body', async () => {
    const url = await start((_req, res) => {
      res.writeHead(204).end();
    });
    const answer = await fetchAt(url, '/', { method: 'DELETE' });
    expect([answer.status, answer.body]).toEqual([204, null]);
  });

  it('a signal ends the wait, and the stream', async () => {
    const url = await start((req, res) => {
      if (req.url === '/stream') res.write('first');
    });
    await expect(fetchAt(url, '/', { signal: AbortSignal.timeout(20) })).rejects.toThrow();
    const controller = new AbortController();
    const answer = await fetchAt(url, '/stream', { signal: controller.signal });
    controller.abort();
    await expect(answer.text()).rejects.toThrow();
  });
});

it('rejects where nobody listens', async () => {
  await expect(fetchAt(`unix:${join(temporaryDir(), 'none.sock')}`, '/')).rejects.toThrow('ENOENT');
});
