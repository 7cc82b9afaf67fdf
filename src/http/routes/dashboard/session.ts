import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { AccessToken } from '../../../core/role.ts';
import { acceptedToken, sentTokens } from '../../middleware/authenticate.ts';
import { jsonBody, refuseForms } from '../../middleware/json-body.ts';
import { refuseWebPages } from '../../middleware/refuse-web-pages.ts';
import { endedCookie, toCookie } from '../../session-cookie.ts';
import type { Route, RouteServices } from '../route.ts';
import { loginBody, type WireDashboardSession } from './session-schema.ts';

const operations = async () => (await import('../../openapi/dashboard-operations.ts')).dashboardOperations;
const common = { path: '/dashboard/session', bases: [''], isOpen: true } as const;
/** A token and its envelope are far shorter. */
const maxBodyBytes = 4096;

/** Who looks at the page: the token that it keeps in a cookie. Open to everybody, since it is how one logs in. */
export const sessionRoutes: readonly Route[] = [
  { ...common, method: 'get', handle: show, describe: async () => (await operations()).session },
  {
    ...common,
    method: 'post',
    handle: (services) => [
      refuseWebPages([]),
      ...jsonBody(Math.min(maxBodyBytes, services.bodyLimitBytes)),
      login(services),
    ],
    describe: async () => (await operations()).login,
  },
  {
    ...common,
    method: 'delete',
    handle: (services) => [refuseWebPages([]), refuseForms, logout(services)],
    describe: async () => (await operations()).logout,
  },
];

function show(services: RouteServices): RequestHandler {
  return (req, res) => {
    res.set('cache-control', 'no-store').json(toSession(services, acceptedToken(sentTokens(req), services.tokens())));
  };
}

function login(services: RouteServices): RequestHandler {
  return (req, res) => {
    const { success, data } = loginBody.safeParse(req.body);
    if (!success) {
      throw new HarnessError('INVALID_REQUEST', 'token: expected one of the tokens of server.tokens.', {
        param: 'token',
      });
    }
    const token = acceptedToken([data.token], services.tokens());
    if (token !== undefined) {
      res.set('set-cookie', toCookie(data.token, cameOverTls(req)));
    } else if (services.tokens().length > 0) {
      throw new HarnessError(
        'UNAUTHORIZED',
        'The token is wrong; it is one of those that server.tokens has hashes of.',
      );
    }
    res.set('cache-control', 'no-store').json(toSession(services, token));
  };
}

function logout(services: RouteServices): RequestHandler {
  return (_req, res) => {
    res.set({ 'set-cookie': endedCookie, 'cache-control': 'no-store' }).json(toSession(services, undefined));
  };
}

/** By the word of the browser, since a proxy before the service may be the one that speaks TLS. */
function cameOverTls(req: Request): boolean {
  return req.get('origin')?.toLowerCase().startsWith('https://') === true;
}

function toSession(
  { tokens, sessions, agentModels }: RouteServices,
  token: AccessToken | undefined,
): WireDashboardSession {
  return {
    object: 'dashboard.session',
    role: tokens().length === 0 ? 'owner' : (token?.role ?? null),
    client: token?.name ?? null,
    // Where another service runs them, this one knows them as models only.
    agents: sessions !== undefined || agentModels !== undefined,
  };
}
