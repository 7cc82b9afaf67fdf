import { existsSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream';
import type { RequestHandler, Response } from 'express';
import { HarnessError } from '../core/errors.ts';
import { without } from '../core/without.ts';
import { takeRawBody } from './raw-body.ts';
import { recordOf } from './record-of.ts';

/** Of one connection only, and not for whom it is passed on to (RFC 9110, 7.6.1). */
const ofTheConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Passes requests on, as they are, to the same program behind a private socket, and its answers back as they come. That
 * one checks the token again, and everything else. Where there is no such socket, the request goes on here.
 */
export function forwardTo(socketPath: string): RequestHandler {
  return (req, res, next) => {
    if (!existsSync(socketPath)) {
      next();
      return;
    }
    const { method, originalUrl: path } = req;
    const body = takeRawBody(req);
    const headers = {
      ...(body === undefined ? endToEnd(req.headers) : unpacked(endToEnd(req.headers), body)),
      'x-request-id': recordOf(res).requestId,
    };
    const forwarded = request({ socketPath, method, path, headers });
    forwarded.on('response', (answer) => {
      passOn(answer, res);
    });
    forwarded.on('error', (cause) => {
      // Nobody is told who has left before.
      if (!res.closed) next(notReached(cause));
    });
    res.once('close', () => {
      forwarded.destroy();
    });
    if (body === undefined) req.pipe(forwarded);
    else forwarded.end(body);
  };
}

function passOn(answer: IncomingMessage, res: Response): void {
  res.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  // An event may come much later than the headers.
  res.flushHeaders();
  pipeline(answer, res, () => {
    // Either side may leave at any time; the other one's connection then ends with it.
  });
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name) && !named.includes(name)),
  );
}

/** The headers of a body that was read here, which is not compressed any more. */
function unpacked(headers: OutgoingHttpHeaders, body: Buffer): OutgoingHttpHeaders {
  return { ...without(headers, 'content-encoding'), 'content-length': body.length };
}

function notReached(cause: Error): HarnessError {
  const message =
    'The service that runs the agents does not answer; on the server, `systemctl status claude-harness-agents` says why.';
  return new HarnessError('AGENT_UNAVAILABLE', message, { cause });
}
