import { anywhere, behindToken } from './failures.ts';
import { everyAnswer, headerRefs } from './headers.ts';
import { at, jsonAnswer, operation, type Operation, type OperationOptions, type PathItem } from './operation.ts';

function check(options: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>): Operation {
  return operation({
    tag: 'Service',
    isPublic: true,
    failures: anywhere,
    envelope: 'either',
    headers: everyAnswer,
    ...options,
  });
}

function contentAnswer(description: string, type: string, schema: object): object {
  return { description, headers: headerRefs(everyAnswer), content: { [type]: { schema } } };
}

const page = (id: string, summary: string): PathItem => ({
  ...at('/'),
  get: check({ id, summary, answers: { 200: contentAnswer('The page.', 'text/html', { type: 'string' }) } }),
});

/** What is asked of the service itself; no model call. */
export const servicePaths: Readonly<Record<string, PathItem>> = {
  '/health': {
    ...at('/', '/sdk'),
    get: check({
      id: 'getHealth',
      summary: 'The process is alive',
      answers: { 200: jsonAnswer('More for those who have a token.', everyAnswer, 'Health', 'Alive') },
    }),
  },
  '/ready': {
    ...at('/'),
    get: check({
      id: 'getReadiness',
      summary: 'Whether a request would be served now',
      answers: {
        200: jsonAnswer('It would.', everyAnswer, 'Ready'),
        503: jsonAnswer('It would not, and why.', everyAnswer, 'NotReady'),
      },
    }),
  },
  '/sdk/status': {
    ...at('/'),
    get: check({
      id: 'getCliStatus',
      summary: 'Whether a request would be served now, with the health',
      answers: { 200: jsonAnswer('The health is for those who have a token.', everyAnswer, 'CliStatus') },
    }),
  },
  '/api/status': {
    ...at('/'),
    get: check({
      id: 'getDirectStatus',
      summary: 'The same of the direct backend',
      answers: { 200: jsonAnswer('The health is for those who have a token.', everyAnswer, 'DirectStatus') },
      failures: [...anywhere, 'BACKEND_NOT_CONFIGURED'],
    }),
  },
  '/metrics': {
    ...at('/'),
    get: check({
      id: 'getMetrics',
      summary: 'Figures for Prometheus',
      isPublic: false,
      answers: { 200: contentAnswer('In its text format.', 'text/plain', { type: 'string' }) },
      failures: behindToken,
    }),
  },
  '/openapi.json': {
    ...at('/'),
    get: check({
      id: 'getDescription',
      summary: 'This description',
      isPublic: false,
      answers: { 200: contentAnswer('OpenAPI 3.1.', 'application/json', { type: 'object', required: ['openapi'] }) },
      failures: behindToken,
    }),
  },
  '/docs': page('getDocs', 'This description as a page to try it out (Swagger UI)'),
  '/redoc': page('getRedoc', 'This description as a page to read (Redoc)'),
};
