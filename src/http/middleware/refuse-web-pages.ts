import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { isOwnOrigin } from '../own-origin.ts';

/**
 * Refuses requests of web pages whose origin is not configured, though a browser sends some of them without asking
 * first: where no token is needed, any page could make an agent work, or store conversations. Pages of this service itself
 * may.
 */
export function refuseWebPages(allowedOrigins: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    const origin = req.get('origin');
    if (origin === undefined || allowedOrigins.includes(origin) || isOwnOrigin(origin, req.get('host'))) {
      next();
      return;
    }
    throw new HarnessError(
      'HOST_NOT_ALLOWED',
      'The Origin header names a web page that may not do this; add its origin to server.cors_origins.',
    );
  };
}
