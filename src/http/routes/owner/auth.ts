import type { Request, RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { AuthReport, OwnerControls, SignInProgress } from '../../../core/owner-controls.ts';
import { readQuery } from '../../read-query.ts';
import { toReadyBody } from '../health.ts';
import { readQueryAs } from '../logs/query-schema.ts';
import type { Route, RouteServices } from '../route.ts';
import { ownerRoute } from './owner-route.ts';
import type { WireAuthStatus, WireLoginInstructions, WireSignIn } from './owner-schema.ts';
import { loginQuery, readBodyAs, signInCode } from './request-schema.ts';

/** The CLI's login: what it is, and how its owner comes by one. The CLI keeps it; nobody here sees it. */
export const authRoutes: readonly Route[] = [
  ownerRoute({ method: 'get', path: '/auth/status', handle: showStatus, operation: 'authStatus' }),
  ownerRoute({ method: 'get', path: '/auth/login-instructions', handle: instruct, operation: 'loginInstructions' }),
  ownerRoute({ method: 'post', path: '/auth/login', handle: begin, operation: 'beginSignIn' }),
  ownerRoute({ method: 'delete', path: '/auth/login', handle: cancel, operation: 'cancelSignIn' }),
  ownerRoute({
    method: 'post',
    path: '/auth/login/code',
    hasBody: true,
    handle: complete,
    operation: 'completeSignIn',
  }),
  ownerRoute({ method: 'post', path: '/auth/logout', handle: signOut, operation: 'signOut' }),
];

const signInSteps = [
  'Send POST /auth/login, and open the url of its answer in a browser.',
  'Sign in there with the account of the Claude plan, and copy the code that it shows at the end.',
  'Send POST /auth/login/code with {"code": "…"}; requests are served from then on.',
];

function showStatus({ owner, backend }: RouteServices): RequestHandler {
  return async (req, res) => {
    const controls = controlsFor(req, owner);
    const report = await controls.authStatus();
    const status: WireAuthStatus = {
      logged_in: isLoggedIn(report),
      method: report.method ?? null,
      service: toReadyBody(backend.readiness()),
      sign_in: toWireSignIn(controls.signIn.progress),
    };
    res.json(status);
  };
}

function instruct({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    const controls = controlsFor(req, owner);
    const instructions: WireLoginInstructions = {
      logged_in: isLoggedIn(await controls.authStatus()),
      remedy: controls.remedy,
      steps: controls.canSignIn
        ? [...signInSteps, `Or, on the server: ${controls.remedy}.`]
        : [`On the server: ${controls.remedy}.`],
    };
    res.json(instructions);
  };
}

function begin({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    res.json(toWireSignIn(await controlsFor(req, owner).signIn.begin()));
  };
}

function complete({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { code } = readBodyAs(signInCode, req.body);
    const { signIn } = controlsFor(req, owner);
    await signIn.complete(code);
    res.json(toWireSignIn(signIn.progress));
  };
}

function cancel({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { signIn } = controlsFor(req, owner);
    await signIn.cancel();
    res.json(toWireSignIn(signIn.progress));
  };
}

function signOut({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    if (!owner.allows.logout) {
      throw new HarnessError('SWITCHED_OFF', 'Logging out over HTTP is off; its owner sets admin.logout to true.');
    }
    await controlsFor(req, owner).signOut();
    res.json({ logged_in: false });
  };
}

/** Of the login that the query names; without one, of the first. */
function controlsFor(req: Request, { controls, controlsOf }: RouteServices['owner']): OwnerControls {
  const { login } = readQueryAs(loginQuery, readQuery(req));
  if (login === undefined) return controls;
  if (controlsOf !== undefined) return controlsOf(login);
  throw new HarnessError('INVALID_REQUEST', 'login: this service has but one (claude.logins).', { param: 'login' });
}

function isLoggedIn({ state }: AuthReport): boolean | null {
  return state === 'unknown' ? null : state === 'logged_in';
}

function toWireSignIn(progress: SignInProgress): WireSignIn {
  switch (progress.state) {
    case 'none':
    case 'signed_in':
      return { state: progress.state };
    case 'failed':
      return progress;
    case 'waiting':
      return {
        state: progress.state,
        url: progress.url,
        ...(progress.automaticUrl !== undefined && { automatic_url: progress.automaticUrl }),
        expires_at: new Date(progress.expiresAt).toISOString(),
      };
  }
}
