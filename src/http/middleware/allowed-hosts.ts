import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';

/**
 * Refuses requests that name another host than this one. A web page anywhere can make its own name point at loopback
 * and then talk to us as its own origin (DNS rebinding); its name is then what stands in the Host header. `publicUrl` is
 * asked each time: a tunnel's address comes and goes.
 */
export function allowedHosts(
  extra: readonly string[],
  publicUrl: () => string | undefined = () => undefined,
): RequestHandler {
  const names = new Set(['localhost', ...extra.map(normalize)]);
  return (req, _res, next) => {
    const host = hostName(req.headers.host ?? '');
    const localAddress = req.socket.localAddress ?? '';
    const isOwn = isLoopback(host) || host === localAddress.replace(/^::ffff:/, '') || host === publicHost(publicUrl());
    if (isOwn || names.has(host)) {
      next();
      return;
    }
    throw new HarnessError(
      'HOST_NOT_ALLOWED',
      'The Host header names a host that this server is not configured for; add it to server.allowed_hosts.',
    );
  };
}

function publicHost(url: string | undefined): string | undefined {
  return url === undefined ? undefined : hostName(new URL(url).host);
}

/** The name in a Host header, without its port and brackets. */
function hostName(header: string): string {
  return normalize(/^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header)?.slice(1).find(Boolean) ?? '');
}

function normalize(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
