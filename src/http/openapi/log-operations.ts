import * as wire from '../routes/logs/log-schema.ts';
import { batchesState, budgets, quota } from '../routes/quota/quota-schema.ts';
import { logQuery, quotaQuery, statsQuery, usageQuery } from '../routes/logs/query-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import {
  jsonAnswer,
  operation,
  queryParameters,
  streamAnswer,
  type Operation,
  type OperationOptions,
} from './operation.ts';

const about = {
  start_time: 'Those from this time on: a date and time, or seconds since the epoch.',
  end_time: 'Those before this time. By default now.',
  model: 'Those of a model, as it was asked for or as it answered.',
  client: 'Those of a client.',
  route: 'Those at a path.',
  status: 'Those with a status, such as `429`, or with a class of them, such as `5xx`.',
  error: 'Those that failed with a code, such as `QUEUE_FULL`; `any`: those that failed.',
  limit: 'The maximum number of requests.',
  order: 'By the time of arrival.',
  cursor: '`next_cursor` of the answer before.',
  format: '`jsonl`: an object a line. `csv`: a table with a line of names.',
  by: 'What is summed up. A block is five hours, from the full hour of a first request on.',
  since: 'From how long ago, such as `7d`, `24h` or `90m`, or from which time.',
  history:
    'Also how much was used when, from how long ago, such as `7d`, `24h` or `90m`, or from which time. 35 days are kept.',
  until: 'Until before this time. By default now.',
};

const reading = [...behindToken, 'ROLE_REQUIRED', 'INVALID_REQUEST'] as const;
const text = { schema: { type: 'string' } };

function described(
  options: Pick<OperationOptions, 'id' | 'summary' | 'answers'> & Partial<OperationOptions>,
): Operation {
  return operation({ tag: 'Usage', failures: reading, formats: eitherFormat, headers: everyAnswer, ...options });
}

const page = jsonAnswer('The requests.', everyAnswer, { name: 'LogPage', schema: wire.logPage });

/** What was asked and used; for tokens of owners and viewers where there are tokens. */
export const logOperations = {
  status: described({
    id: 'getLogStatus',
    summary: 'What the access log holds',
    answers: { 200: jsonAnswer('Its extent.', everyAnswer, { name: 'LogStatus', schema: wire.logStatus }) },
    failures: [...behindToken, 'ROLE_REQUIRED'],
  }),
  query: described({
    id: 'queryLogs',
    summary: 'Finished requests for answers: who asked, how it went and what it took',
    parameters: queryParameters(logQuery, about),
    answers: {
      200: {
        ...page,
        response: withContent(page.response, { 'text/csv': text, 'application/x-ndjson': text }),
      },
    },
  }),
  stream: described({
    id: 'streamLogs',
    summary: 'Requests for answers as they finish',
    answers: {
      200: streamAnswer('The events.', everyAnswer, [
        { name: 'FinishedRequest', schema: wire.liveRequest },
        { name: 'MissedRequests', schema: wire.liveMissed },
      ]),
    },
    failures: [...behindToken, 'ROLE_REQUIRED'],
  }),
  stats: described({
    id: 'getLogStats',
    summary: 'How requests ended, and how long they took',
    parameters: queryParameters(statsQuery, about),
    answers: { 200: jsonAnswer('The figures.', everyAnswer, { name: 'LogStats', schema: wire.logStats }) },
  }),
  usage: described({
    id: 'getUsage',
    summary: 'Tokens, and what they cost by the API, by day, hour, model, client or block of five hours',
    parameters: queryParameters(usageQuery, about),
    answers: { 200: jsonAnswer('The sums.', everyAnswer, { name: 'Usage', schema: wire.usageReport }) },
  }),
  quota: described({
    id: 'getQuota',
    summary: 'How much of the plan is used, and whether it lasts',
    parameters: queryParameters(quotaQuery, about),
    answers: { 200: jsonAnswer('The plan’s windows.', everyAnswer, { name: 'Quota', schema: quota }) },
  }),
  budgets: described({
    id: 'getBudgets',
    summary: 'How much of their budgets clients have used',
    answers: { 200: jsonAnswer('The budgets.', everyAnswer, { name: 'Budgets', schema: budgets }) },
    failures: [...behindToken, 'ROLE_REQUIRED'],
  }),
  batches: described({
    id: 'getBatchesState',
    summary: 'Whether batches run, why they wait, and when they will be through',
    answers: { 200: jsonAnswer('What they do.', everyAnswer, { name: 'BatchesState', schema: batchesState }) },
    failures: [...behindToken, 'ROLE_REQUIRED'],
  }),
} satisfies Record<string, Operation>;

function withContent(response: object, content: Readonly<Record<string, object>>): object {
  return { ...response, content: { ...('content' in response ? (response.content as object) : {}), ...content } };
}
