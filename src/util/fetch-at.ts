import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Answers of these statuses have no body, and a `Response` takes none. */
const withoutBody: ReadonlySet<number | undefined> = new Set([204, 205, 304]);

/**
 * `fetch`, of a path of a service at `url`: `http://…`, or `unix:/PATH` for one that listens on a Unix socket, which
 * `fetch` itself can't reach. Rejects as `fetch` does.
 */
export async function fetchAt(url: string, path: string, init: RequestInit = {}): Promise<Response> {
  if (!url.startsWith('unix:')) return fetch(`${url}${path}`, init);
  const asked = new Request(`http://localhost${path}`, init);
  const incoming = await send(asked, url.slice('unix:'.length));
  const { statusCode: status = 0, statusMessage: statusText = '', headersDistinct } = incoming;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  if (withoutBody.has(status)) incoming.resume();
  const body = withoutBody.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Response(body, { status, statusText, headers });
}

async function send({ method, url, headers, signal, body }: Request, socketPath: string): Promise<IncomingMessage> {
  const { pathname, search } = new URL(url);
  const options = { socketPath, path: pathname + search, method, headers: Object.fromEntries(headers), signal };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, resolve).on('error', reject);
    if (body === null) outgoing.end();
    else pipeline(Readable.fromWeb(body), outgoing).catch(reject);
  });
}
