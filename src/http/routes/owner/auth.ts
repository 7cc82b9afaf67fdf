import type { RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { AuthReport, SignInProgress } from '../../../core/owner-controls.ts';
import { toReadyBody } from '../health.ts';
import type { Route, RouteServices } from '../route.ts';
import { ownerRoute } from './owner-route.ts';
import type { WireAuthStatus, WireLoginInstructions, WireSignIn } from './owner-schema.ts';
import { readBodyAs, signInCode } from './request-schema.ts';

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

function showStatus({ owner, backend }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const report = await owner.controls.authStatus();
    const status: WireAuthStatus = {
      logged_in: isLoggedIn(report),
      method: report.method ?? null,
      service: toReadyBody(backend.readiness()),
      sign_in: toWireSignIn(owner.controls.signIn.progress),
    };
    res.json(status);
  };
}

function instruct({ owner }: RouteServices): RequestHandler {
  return async (_req, res) => {
    const { controls } = owner;
    const instructions: WireLoginInstructions = {
      logged_in: isLoggedIn(await controls.authStatus()),
      remedy: controls.remedy,
      steps: [
        'Send POST /auth/login, and open the url of its answer in a browser.',
        'Sign in there with the account of the Claude plan, and copy the code that it shows at the end.',
        'Send POST /auth/login/code with {"code": "…"}; requests are served from then on.',
        `Or, on the server: ${controls.remedy}.`,
      ],
    };
    res.json(instructions);
  };
}

function begin({ owner }: RouteServices): RequestHandler {
  return async (_req, res) => {
    res.json(toWireSignIn(await owner.controls.signIn.begin()));
  };
}

function complete({ owner }: RouteServices): RequestHandler {
  return async (req, res) => {
    const { code } = readBodyAs(signInCode, req.body);
    await owner.controls.signIn.complete(code);
    res.json(toWireSignIn(owner.controls.signIn.progress));
  };
}

function cancel({ owner }: RouteServices): RequestHandler {
  return async (_req, res) => {
    await owner.controls.signIn.cancel();
    res.json(toWireSignIn(owner.controls.signIn.progress));
  };
}

function signOut({ owner }: RouteServices): RequestHandler {
  return async (_req, res) => {
    if (!owner.allows.logout) {
      throw new HarnessError('SWITCHED_OFF', 'Logging out over HTTP is off; its owner sets admin.logout to true.');
    }
    await owner.controls.signOut();
    res.json({ logged_in: false });
  };
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
