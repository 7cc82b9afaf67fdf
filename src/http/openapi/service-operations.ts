import * as health from '../routes/health-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { anywhere, behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { contentAnswer, jsonAnswer, operation, type Operation, type OperationOptions } from './operation.ts';

function check(options: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>): Operation {
  return operation({
    tag: 'Service',
    isPublic: true,
    failures: anywhere,
    formats: eitherFormat,
    headers: everyAnswer,
    ...options,
  });
}

const page = (id: string, summary: string): Operation =>
  check({ id, summary, answers: { 200: contentAnswer('The page.', everyAnswer, 'text/html', { type: 'string' }) } });

const alive = { name: 'Alive', schema: health.alive };
const fullHealth = { name: 'Health', schema: health.fullHealth };
const ready = { name: 'Ready', schema: health.ready };
const notReady = { name: 'NotReady', schema: health.notReady };
const cliStatus = { name: 'CliStatus', schema: health.cliStatus };
const directStatus = { name: 'DirectStatus', schema: health.directStatus };
export const healthParts = [{ name: 'DirectHealth', schema: health.directHealth }];

/** What is asked of the service itself; no model call. */
export const serviceOperations = {
  health: check({
    id: 'getHealth',
    summary: 'The process is alive',
    answers: { 200: jsonAnswer('The full report for clients with a token.', everyAnswer, fullHealth, alive) },
  }),
  ready: check({
    id: 'getReadiness',
    summary: 'Whether a request would be served now',
    answers: {
      200: jsonAnswer('It would.', everyAnswer, ready),
      503: jsonAnswer('It would not, with the reason.', everyAnswer, notReady),
    },
  }),
  cliStatus: check({
    id: 'getCliStatus',
    summary: 'Whether a request would be served now, and the health report',
    answers: { 200: jsonAnswer('The health report is for clients with a token.', everyAnswer, cliStatus) },
  }),
  directStatus: check({
    id: 'getDirectStatus',
    summary: 'The same for the direct backend',
    answers: { 200: jsonAnswer('The health report is for clients with a token.', everyAnswer, directStatus) },
    failures: [...anywhere, 'BACKEND_NOT_CONFIGURED'],
  }),
  metrics: check({
    id: 'getMetrics',
    summary: 'Metrics for Prometheus',
    isPublic: false,
    answers: { 200: contentAnswer('In the text format of Prometheus.', everyAnswer, 'text/plain', { type: 'string' }) },
    failures: behindToken,
  }),
  description: check({
    id: 'getDescription',
    summary: 'This description',
    isPublic: false,
    answers: {
      200: contentAnswer('OpenAPI 3.1.', everyAnswer, 'application/json', { type: 'object', required: ['openapi'] }),
    },
    failures: behindToken,
  }),
  start: check({
    id: 'getPlaces',
    summary: 'Where things are',
    answers: {
      200: jsonAnswer('Paths of this service.', everyAnswer, { name: 'Places', schema: health.places }),
      302: contentAnswer('To the page `/dashboard`, for browsers.', everyAnswer, 'text/html', { type: 'string' }),
    },
  }),
  hello: check({
    id: 'getHello',
    summary: 'The service can be reached, as clients of Anthropic’s find out',
    answers: { 200: jsonAnswer('It can.', everyAnswer, { name: 'Hello', schema: health.hello }) },
  }),
  docs: page('getDocs', 'This description as a page to try requests (Swagger UI)'),
  redoc: page('getRedoc', 'This description as a page to read (Redoc)'),
} satisfies Record<string, Operation>;
