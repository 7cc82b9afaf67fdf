import type { IncomingMessage } from 'node:http';

/** How long a client may go on sending what nobody reads any more. */
const longestMs = 30_000;

/**
 * Reads what is left of a body, for nothing: a connection that is closed while its client sends would lose the answer
 * that says why. One that goes on for too long is cut.
 */
export function discardRest(req: IncomingMessage): void {
  if (req.complete || req.destroyed) return;
  const timer = setTimeout(() => {
    req.destroy();
  }, longestMs);
  req.once('close', () => {
    clearTimeout(timer);
  });
  req.resume();
}
