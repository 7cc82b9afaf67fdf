import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  text: string;
  /** Of JSON; empty for other text. */
  body: Record<string, unknown>;
}

export interface WebhookServer {
  url: string;
  received: Received[];
}

/** A webhook on loopback, which ends with the test. `hang`: the answer never comes. */
export async function startWebhook(
  answer: (received: Received, count: number) => number | 'hang' = () => 200,
): Promise<WebhookServer> {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    let text = '';
    req.setEncoding('utf8').on('data', (part: string) => (text += part));
    req.on('end', () => {
      const { method, url: path, headers } = req;
      const isJson = headers['content-type'] === 'application/json';
      const one = { method, path, headers, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
      received.push(one);
      const status = answer(one, received.length);
      if (status !== 'hang') res.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
