import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';

/**
 * Refuses requests of web pages whose origin is not configured, though a browser sends some of them without asking
 * first: where no token is needed, any page could make an agent work, or store conversations. Pages of this service itself may.
 */
export function refuseWebPages(allowedOrigins: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    const origin = req.get('origin');
    if (origin === undefined || allowedOrigins.includes(origin) || isOwn(origin, req.get('host'))) {
      next();
      return;
    }
    throw new HarnessError(
      'HOST_NOT_ALLOWED',
      'The Origin header names a web page that may not use sessions and agents; add its origin to server.cors_origins.',
    );
  };
}

/** The Host header has been checked. Which scheme the page came by, a proxy may have changed. */
function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
}
