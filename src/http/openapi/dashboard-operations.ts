import { dashboardSession, loginBody } from '../routes/dashboard/session-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { anywhere } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { contentAnswer, jsonAnswer, operation, type Operation } from './operation.ts';

const common = { tag: 'Service', isPublic: true, formats: eitherFormat, headers: everyAnswer } as const;
const session = { name: 'DashboardSession', schema: dashboardSession };

/** The page, and the token that it keeps in a cookie. */
export const dashboardOperations = {
  page: operation({
    ...common,
    id: 'getDashboard',
    summary: 'The live page for the owner',
    answers: { 200: contentAnswer('The page.', everyAnswer, 'text/html', { type: 'string' }) },
    failures: anywhere,
  }),
  session: operation({
    ...common,
    id: 'getDashboardSession',
    summary: 'What the page may show and do',
    answers: { 200: jsonAnswer('By the token that the request has.', everyAnswer, session) },
    failures: anywhere,
  }),
  login: operation({
    ...common,
    id: 'createDashboardSession',
    summary: 'Keeps a token in a cookie of the browser',
    description:
      'The cookie `claude_harness_token` (`HttpOnly`, `SameSite=Strict`) counts as the bearer token of requests that pages of this service send.',
    body: {
      schema: { name: 'DashboardLoginRequest', schema: loginBody },
      examples: { token: { summary: 'One of the tokens', value: { token: 'ch_0123456789abcdef' } } },
    },
    answers: { 200: jsonAnswer('The cookie is set, if the service asks for tokens.', everyAnswer, session) },
    failures: [...anywhere, 'UNAUTHORIZED', 'INVALID_REQUEST', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  }),
  logout: operation({
    ...common,
    id: 'deleteDashboardSession',
    summary: 'Removes the cookie',
    answers: { 200: jsonAnswer('It is gone.', everyAnswer, session) },
    failures: [...anywhere, 'UNSUPPORTED_MEDIA_TYPE'],
  }),
} satisfies Record<string, Operation>;
