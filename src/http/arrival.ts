import type { Request } from 'express';
import type { TraceHeaders } from '../core/journal.ts';
import type { Arrival } from '../exchange/record.ts';

const maxNameLength = 64;
const maxUserAgentLength = 256;
/** What everybody who passes it on has to take of `tracestate`. */
const maxTraceLength = 512;

/** Who asks, by the connection and the request's headers. */
export function arrivalOf(req: Pick<Request, 'get' | 'socket'>, arrivedAt: number): Arrival {
  const userAgent = cleaned(req.get('user-agent'), maxUserAgentLength);
  const session = cleaned(req.get('x-session-id') ?? req.get('x-claude-code-session-id'), maxNameLength);
  const trace = traceOf(req);
  // An IPv4 address of a socket that also takes IPv6.
  const address = req.socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '');
  return {
    arrivedAt,
    ...(userAgent !== undefined && { userAgent }),
    ...(address !== undefined && { address }),
    ...(session !== undefined && { session }),
    ...(trace !== undefined && { trace }),
  };
}

/** As they came: whoever reads them ignores what is invalid. */
function traceOf(req: Pick<Request, 'get'>): TraceHeaders | undefined {
  const traceparent = req.get('traceparent');
  const tracestate = req.get('tracestate');
  if (traceparent === undefined || traceparent.length > maxTraceLength) return undefined;
  // One that was cut would be invalid.
  const isKept = tracestate !== undefined && tracestate.length <= maxTraceLength;
  return { traceparent, ...(isKept && { tracestate }) };
}

/** The name that a client gives itself, in a header or as OpenAI's field `user`. Anybody can claim any. */
export function claimedNameOf(req: Pick<Request, 'get'>, body: unknown): string | undefined {
  const user = typeof body === 'object' && body !== null && 'user' in body ? body.user : undefined;
  for (const name of [req.get('x-user-id'), req.get('x-source'), user]) {
    const clean = cleaned(name, maxNameLength);
    if (clean !== undefined) return clean;
  }
  return undefined;
}

/** Without characters that could act on whoever reads it, and cut; undefined where nothing is left. */
function cleaned(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Cut first: what comes may be long.
  const text = value
    .slice(0, maxLength * 4)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  const clean = Array.from(text).slice(0, maxLength).join('').trim();
  return clean === '' ? undefined : clean;
}
