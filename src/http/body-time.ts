import type { IncomingMessage, ServerResponse } from 'node:http';

/** Node's own bound, which holds for whole servers and would be too short for an upload. */
const longestMs = 5 * 60_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Cuts the connection of a client whose request is not there in time. */
export function limitBodyTime(req: IncomingMessage, res: ServerResponse, ms = longestMs): void {
  const { headers } = req;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return;
  const timer = setTimeout(() => {
    if (req.complete) return;
    // As Node itself says it.
    if (!res.headersSent) req.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    req.destroy();
  }, ms);
  timer.unref();
  timers.set(req, timer);
  req.once('close', () => {
    clearTimeout(timer);
  });
}

/** For whoever sees to it that the body comes, or ends. */
export function liftBodyTime(req: IncomingMessage): void {
  clearTimeout(timers.get(req));
}
