import type { IncomingMessage } from 'node:http';

const bodies = new WeakMap<IncomingMessage, Buffer>();

/** Keeps a body that was read, unpacked but not parsed, for whoever the request is passed on to. */
export function keepRawBody(req: IncomingMessage, _res: unknown, body: Buffer): void {
  bodies.set(req, body);
}

/** Gives it once; undefined where none was read. */
export function takeRawBody(req: IncomingMessage): Buffer | undefined {
  const body = bodies.get(req);
  bodies.delete(req);
  return body;
}
