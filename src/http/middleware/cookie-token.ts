import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import type { AccessToken } from '../../core/role.ts';
import { isOwnOrigin } from '../own-origin.ts';
import { tokenInCookie } from '../session-cookie.ts';

/**
 * Makes the token in the page's cookie the bearer token of the request, unless that has a token of its own; nothing after
 * it knows cookies. A browser sends a cookie whichever page asks, so requests that rely on it must come from a page of this
 * service, and their answers are for such pages alone.
 */
export function cookieToken(tokens: () => readonly AccessToken[]): RequestHandler {
  return (req, res, next) => {
    const token = tokens().length === 0 ? undefined : tokenInCookie(req);
    if (token === undefined || hasToken(req)) {
      next();
      return;
    }
    if (!isFromOwnPage(req)) {
      throw new HarnessError(
        'HOST_NOT_ALLOWED',
        'The cookie of /dashboard counts for pages of this service only, and this request is not from one; behind a proxy, let it pass on the Host header as it came.',
      );
    }
    req.headers.authorization = `Bearer ${token}`;
    res.set({ 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' });
    next();
  };
}

function hasToken({ headers }: Request): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined;
}

/**
 * By what browsers say and scripts can't change. They leave out `Sec-Fetch-Site` where a page came by plain HTTP from
 * another machine, and `Origin` where a page reads from its own service; of the rest nothing but reading can lack both.
 */
function isFromOwnPage(req: Request): boolean {
  const reads = req.method === 'GET' || req.method === 'HEAD';
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  // To open a page, by a link or by its address, changes nothing, and the page that links to it sees nothing of it.
  if (reads && req.get('sec-fetch-mode') === 'navigate' && origin === undefined) return true;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined) return isOwnOrigin(origin, req.get('host'));
  return site !== undefined || reads;
}
