import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testApp } from '../http/test-app.ts';
import { startFuzzedService, type FuzzedService } from './fuzzed-service.ts';
import { exchange, raw, type RawRequest } from './raw-exchange.ts';

let service: FuzzedService;

beforeAll(async () => {
  service = await startFuzzedService();
});

afterAll(async () => {
  await service.stop();
});

const mark = (index: number) => `nonce-${String(index).padStart(16, '0')}`;
const chat = (words = 'Hello') => JSON.stringify({ model: 'haiku', messages: [{ role: 'user', content: words }] });

/** Whatever came, the next request is answered, nothing was thrown at nobody, and nothing is called a fault of ours. */
afterEach(async () => {
  const { status, text } = await service.post('/v1/chat/completions', chat(mark(7)));
  expect(status).toBe(200);
  expect(text).toContain(mark(7));
  expect(service.uncaught).toEqual([]);
  expect(service.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

async function statusOf(request: RawRequest | string | Buffer, closes = false): Promise<number | undefined> {
  const bytes = typeof request === 'string' || Buffer.isBuffer(request) ? request : raw(request);
  const { statuses } = await exchange(service.port, bytes, { closes });
  expect(statuses.length).toBeLessThanOrEqual(1);
  return statuses[0];
}

describe('a body', () => {
  it.each<[string, number, RawRequest]>([
    ['of another type', 415, { headers: { 'content-type': 'text/plain' } }],
    ['without a type', 415, { headers: { 'content-type': '' } }],
    ['of two types', 415, { headers: { 'content-type': 'application/json, text/plain' } }],
    ['of a type that goes on', 415, { headers: { 'content-type': 'application/json+x' } }],
    ['in Latin 1', 415, { headers: { 'content-type': 'application/json; charset=latin1' } }],
    ['in a charset that does not exist', 415, { headers: { 'content-type': 'application/json; charset=utf-99' } }],
    ['in a charset without an end', 200, { headers: { 'content-type': 'application/json; charset="utf-8' } }],
    ['that says UTF-16 and is not', 400, { headers: { 'content-type': 'application/json; charset=utf-16' } }],
    ['in an encoding that does not exist', 415, { headers: { 'content-encoding': 'rot13' } }],
    ['encoded twice', 415, { headers: { 'content-encoding': 'gzip, gzip' } }],
    ['that says gzip and is not', 400, { headers: { 'content-encoding': 'gzip' } }],
    ['that says br and is not', 400, { headers: { 'content-encoding': 'br' } }],
    ['of half a gzip', 400, { headers: { 'content-encoding': 'gzip' }, body: gzipSync(chat()).subarray(0, 30) }],
    ['that grows beyond the limit', 413, { headers: { 'content-encoding': 'gzip' }, body: bomb(gzipSync) }],
    ['that grows so from deflate', 413, { headers: { 'content-encoding': 'deflate' }, body: bomb(deflateSync) }],
    ['that is said to be too long', 413, { headers: { 'content-length': '99999999999' } }],
    ['of bytes that are no UTF-8', 400, { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }],
    ['of nothing', 400, { body: ' ' }],
    ['that is absent', 400, { body: '', headers: { 'content-length': '' } }],
  ])('%s is answered with %d', async (_what, status, request) => {
    expect(await statusOf({ body: chat(), ...request })).toBe(status);
  });

  function bomb(compress: (data: Buffer) => Buffer): Buffer {
    return compress(Buffer.alloc(64 * 1024 * 1024, '['));
  }
});

describe('headers', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'y']));

  it.each<[string, number, RawRequest]>([
    ['one that is huge', 431, { headers: { 'x-huge': 'x'.repeat(100_000) } }],
    ['very many', 431, { headers: many(20_000) }],
    ['quite many', 200, { headers: many(900) }],
    ['a line without a colon', 400, { lines: ['nonsense'] }],
    ['a folded line', 400, { lines: ['x-a: b', ' c'] }],
    ['a NUL', 400, { lines: ['x-a: \0'] }],
    ['a blank before the colon', 400, { lines: ['host : evil.example'] }],
    ['an id that would be another header', 200, { headers: { 'x-request-id': 'a%0d%0ab: c' } }],
    ['names of the prototype', 200, { headers: { __proto__x: 'a', constructor: 'b', tostring: 'c' } }],
    ['an expectation that nobody meets', 417, { headers: { expect: 'a miracle' } }],
    ['an upgrade that nobody offers', 200, { headers: { upgrade: 'websocket', connection: 'close, upgrade' } }],
    ['a token that is no text', 200, { headers: { authorization: 'Bearer \xff\xfe' } }],
  ])('%s: %d', async (_what, status, request) => {
    expect(await statusOf({ body: chat(), ...request })).toBe(status);
  });

  it.each<[string, number, Record<string, string>]>([
    ['of somebody else', 403, { host: 'evil.example' }],
    ['of somebody else with our name in it', 403, { host: '127.0.0.1.evil.example' }],
    ['of somebody else behind a name', 403, { host: '127.0.0.1@evil.example' }],
    ['of somebody else behind a path', 403, { host: 'localhost/evil.example' }],
    ['of two', 403, { host: 'localhost, evil.example' }],
    ['of no number', 403, { host: '127.0.0.1:port' }],
    ['of nobody', 400, { host: '' }],
    ['of nobody but with our name elsewhere', 403, { host: 'evil.example', 'x-forwarded-host': 'localhost' }],
  ])('a host %s: %d', async (_what, status, headers) => {
    expect(await statusOf({ body: chat(), headers })).toBe(status);
  });

  it('two hosts never serve the second', async () => {
    expect(await statusOf({ body: chat(), lines: ['host: evil.example'] })).not.toBe(200);
  });
});

describe('a length', () => {
  const chunked = { 'transfer-encoding': 'chunked', 'content-length': '' };

  it.each<[string, RawRequest]>([
    ['beside chunks', { headers: { 'transfer-encoding': 'chunked' }, body: '0\r\n\r\n' }],
    ['said twice', { lines: ['content-length: 3'], body: chat() }],
    ['below nothing', { headers: { 'content-length': '-1' } }],
    ['that is no number', { headers: { 'content-length': '1e3' } }],
    ['that overflows', { headers: { 'content-length': '99999999999999999999999' } }],
    ['of chunks that are not last', { headers: { 'transfer-encoding': 'chunked, gzip', 'content-length': '' } }],
    ['of a chunk that is no number', { headers: chunked, body: 'zz\r\n{}\r\n0\r\n\r\n' }],
    ['of a chunk below nothing', { headers: chunked, body: '-1\r\n{}\r\n0\r\n\r\n' }],
    ['of a chunk that overflows', { headers: chunked, body: 'fffffffffffffffff\r\n{}' }],
    ['of a chunk shorter than said', { headers: chunked, body: '9\r\n{}\r\n0\r\n\r\n' }],
    ['of a chunk longer than said', { headers: chunked, body: '1\r\n{}\r\n0\r\n\r\n' }],
  ])('%s is refused', async (_what, request) => {
    // Where the client says less than it means to send, it closes; else the service would rightly wait.
    expect([400, undefined]).toContain(await statusOf({ ...request }, true));
  });

  it('of chunks that is right is read', async () => {
    const body = chat();
    const request = { headers: chunked, body: `${body.length.toString(16)};ext=1\r\n${body}\r\n0\r\nx: y\r\n\r\n` };
    expect(await statusOf(request)).toBe(200);
  });

  it('shorter than the body makes no second request of the rest', async () => {
    const body = `${chat()}GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    const request = { headers: { 'content-length': String(chat().length) }, body };
    expect([200, 400]).toContain(await statusOf(request));
  });
});

describe('a path', () => {
  it.each<[string, number[]]>([
    ['/v1/../health', [404, 200]],
    ['/v1/%2e%2e/health', [404]],
    ['//evil.example/health', [404]],
    ['http://evil.example/health', [200]],
    ['*', [404]],
    ['/%', [404]],
    ['/v1/models/%', [400]],
    ['/v1/models/%ff', [400]],
    ['/v1/models/%00', [404]],
    ['/v1/models/..%2f..%2fetc%2fpasswd', [404]],
    ['/v1/models/__proto__', [404]],
    ['/v1/models/constructor', [404]],
    ['/v1/responses/__proto__', [404]],
    ['/v1/responses/..%2f..%2fetc%2fpasswd', [404]],
    ['/v1/responses/%00/input_items', [404]],
    ['/v1/responses/toString/input_items?limit=1e400&after=%00&order=__proto__', [404]],
    ['/v1/models?limit=-1&after_id=%ff&__proto__[x]=1&a[b][c]=d', [200, 400]],
    [`/v1/models?${'a=1&'.repeat(2000)}`, [200]],
    [`/${'x'.repeat(8000)}`, [404]],
    [`/${'x'.repeat(20_000)}`, [431]],
    ['/\x01', [400]],
    ['/v1/models\x80\xff', [400, 404]],
  ])('%j', async (target, statuses) => {
    expect(statuses).toContain(await statusOf({ method: 'GET', target }));
  });
});

describe('a request line', () => {
  it.each<[string, number | undefined]>([
    ['BREW /v1/chat/completions HTTP/1.1', 400],
    ['post /v1/chat/completions HTTP/1.1', 400],
    ['PROPFIND /v1/chat/completions HTTP/1.1', 405],
    ['TRACE /v1/chat/completions HTTP/1.1', 405],
    ['DELETE /v1/messages HTTP/1.1', 405],
    // Nobody listens for it, so Node closes the connection.
    ['CONNECT evil.example:443 HTTP/1.1', undefined],
    ['POST /v1/chat/completions HTTP/9.9', 400],
    // The form of HTTP/0.9, which Node takes, with headers.
    ['POST /v1/chat/completions', 200],
    ['POST  HTTP/1.1', 400],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n', 400],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['\0\0\0\0', 400],
  ])('%j', async (line, status) => {
    const rest = raw({ body: chat() }).toString('latin1').split('\r\n').slice(1).join('\r\n');
    expect(await statusOf(Buffer.from(`${line}\r\n${rest}`, 'latin1'))).toBe(status);
  });
});

describe('a connection', () => {
  it('with requests one after the other, sent at once, gives each its own answer, in order', async () => {
    const keep = { connection: 'keep-alive' };
    const requests = [1, 2, 3, 4].map((index) => raw({ headers: index < 4 ? keep : {}, body: chat(mark(index)) }));
    const { text, statuses } = await exchange(service.port, Buffer.concat(requests));
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(text.match(/nonce-\d{16}/g)).toEqual([1, 2, 3, 4].map(mark));
  });

  it('with a broken request behind a good one answers the good one', async () => {
    const good = raw({ headers: { connection: 'keep-alive' }, body: chat(mark(1)) });
    const { text, statuses } = await exchange(service.port, Buffer.concat([good, Buffer.from('nonsense\r\n\r\n')]));
    expect(statuses).toContain(400);
    expect(text.match(/nonce-\d{16}/g) ?? [mark(1)]).toEqual([mark(1)]);
  });

  it.each([0, 1, 20, 60, 130, 150, 170])('that ends after %d bytes leaves nothing behind', async (length) => {
    const { statuses } = await exchange(service.port, raw({ body: chat() }).subarray(0, length), { closes: true });
    expect([[], [400]]).toContainEqual(statuses);
  });
});

it('a client that sends a byte now and then is told to hurry, and its connection closed', async () => {
  // Node's own limits, of 60 s for the headers and 300 s for all, are only shorter here.
  const times = { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 };
  const server = createServer(times, testApp().app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const answers = ['POST /v1/chat/completions HTTP/1.1\r\n', raw({ body: chat() }).toString().slice(0, -3)].map(
      (start) => dribble(port, start),
    );
    for (const text of await Promise.all(answers)) expect(text).toMatch(/^HTTP\/1\.1 408 /);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

/** Sends `start`, then a blank at a time, until the other side closes. */
async function dribble(port: number, start: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const timer = setInterval(() => socket.write(' '), 5000);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(timer);
        resolve(text);
      });
    socket.write(start);
  });
}
