import { connect } from 'node:net';
import { patienceMs } from './fuzzed-service.ts';

export interface Exchange {
  /** All that came back before the connection was closed. */
  text: string;
  /** Of each answer, in order. */
  statuses: number[];
}

/**
 * Sends bytes as they are and waits until the service closes the connection. `closes`: the client closes its side when
 * it has sent them. Rejects when the connection stays open.
 */
export async function exchange(port: number, bytes: string | Buffer, { closes = false } = {}): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection is still open after ${patienceMs} ms`));
    }, patienceMs);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    // A service that refuses may close before it has read everything, which is its right.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(timer);
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ text, statuses });
    });
    socket.write(bytes);
    if (closes) socket.end();
  });
}

export interface RawRequest {
  method?: string;
  target?: string;
  version?: string;
  /** Replaces the usual ones where they have the same name; an empty value leaves one out. */
  headers?: Record<string, string>;
  /** Lines put before the headers as they are. */
  lines?: readonly string[];
  body?: string | Buffer;
}

/** A request that is right but for what it is given. */
export function raw({
  method = 'POST',
  target,
  version = 'HTTP/1.1',
  headers,
  lines = [],
  body = '',
}: RawRequest): Buffer {
  const all: Record<string, string> = {
    host: '127.0.0.1',
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const head = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
  const first = `${method} ${target ?? '/v1/chat/completions'} ${version}`;
  return Buffer.concat([Buffer.from([first, ...lines, ...head, '', ''].join('\r\n'), 'latin1'), Buffer.from(body)]);
}
