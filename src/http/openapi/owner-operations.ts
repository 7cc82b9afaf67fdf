import * as wire from '../routes/owner/owner-schema.ts';
import { commandBody, loginQuery, signInCode } from '../routes/owner/request-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation, queryParameters, type Operation, type OperationOptions } from './operation.ts';

const forOwner = [...behindToken, 'ROLE_REQUIRED'] as const;
const withJson = ['INVALID_REQUEST', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;
/** Of what the CLI is asked to do. */
const fromCli = ['CLI_MISSING', 'CLI_FAILED', 'UPSTREAM_ERROR', 'SWITCHED_OFF'] as const;

function described(
  options: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>,
): Operation {
  return operation({ tag: 'Owner', failures: forOwner, formats: eitherFormat, headers: everyAnswer, ...options });
}

const ofLogin = queryParameters(loginQuery, {
  login: 'Which of several logins (`claude.logins`); the first by default.',
});

const signIn = { name: 'SignIn', schema: wire.signInState };

/** For the role `owner`, where there are tokens. */
export const ownerOperations = {
  authStatus: described({
    id: 'getAuthStatus',
    summary: 'What the CLI says of its login',
    parameters: ofLogin,
    failures: [...forOwner, 'INVALID_REQUEST'],
    answers: { 200: jsonAnswer('The login.', everyAnswer, { name: 'AuthStatus', schema: wire.authStatus }) },
  }),
  loginInstructions: described({
    id: 'getLoginInstructions',
    summary: 'How to log the CLI in',
    parameters: ofLogin,
    failures: [...forOwner, 'INVALID_REQUEST'],
    answers: {
      200: jsonAnswer('The steps.', everyAnswer, { name: 'LoginInstructions', schema: wire.loginInstructions }),
    },
  }),
  beginSignIn: described({
    id: 'beginSignIn',
    summary: 'Begins a sign-in in the browser',
    parameters: ofLogin,
    description: 'The CLI talks with Anthropic and keeps the login. One at a time: it ends one that was begun before.',
    answers: { 200: jsonAnswer('Where to sign in.', everyAnswer, signIn) },
    failures: [...forOwner, ...fromCli, 'INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE'],
  }),
  completeSignIn: described({
    id: 'completeSignIn',
    summary: 'Hands in the code that the browser shows',
    parameters: ofLogin,
    body: {
      schema: { name: 'SignInCode', schema: signInCode },
      examples: { code: { summary: 'A code', value: { code: 'abc123#def456' } } },
    },
    answers: { 200: jsonAnswer('The login is there.', everyAnswer, signIn) },
    failures: [...forOwner, ...withJson, ...fromCli],
  }),
  cancelSignIn: described({
    id: 'cancelSignIn',
    summary: 'Gives a sign-in up',
    parameters: ofLogin,
    answers: { 200: jsonAnswer('None is waited for.', everyAnswer, signIn) },
    failures: [...forOwner, 'INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE'],
  }),
  signOut: described({
    id: 'signOut',
    summary: 'Logs the CLI out; off until `admin.logout` is set',
    parameters: ofLogin,
    answers: { 200: jsonAnswer('It is logged out.', everyAnswer, { name: 'LoggedOut', schema: wire.loggedOut }) },
    failures: [...forOwner, ...fromCli, 'INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE'],
  }),
  versions: described({
    id: 'getVersions',
    summary: 'The versions of the service, the CLI and Node',
    answers: { 200: jsonAnswer('The versions.', everyAnswer, { name: 'Versions', schema: wire.versions }) },
  }),
  configuration: described({
    id: 'getConfiguration',
    summary: 'The configuration in effect',
    answers: { 200: jsonAnswer('The values.', everyAnswer, { name: 'Configuration', schema: wire.configuration }) },
  }),
  poolStats: described({
    id: 'getPoolStats',
    summary: 'The processes that answer chats',
    answers: { 200: jsonAnswer('The processes.', everyAnswer, { name: 'PoolStats', schema: wire.poolStats }) },
  }),
  execute: described({
    id: 'execute',
    summary: 'Runs a command of the CLI that only reports; off until `admin.execute` is set',
    description:
      '`version`, `auth status`, `doctor`, and `models`. `doctor` of older versions of the CLI waits for a key and runs into the timeout.',
    body: {
      schema: { name: 'CommandRequest', schema: commandBody },
      examples: { version: { summary: 'The version', value: { command: 'version' } } },
    },
    answers: { 200: jsonAnswer('What it printed.', everyAnswer, { name: 'CommandRun', schema: wire.commandRun }) },
    failures: [...forOwner, ...withJson, ...fromCli],
  }),
} satisfies Record<string, Operation>;
