import { deletedJob, wireJob, wireJobList } from '../../dialect/jobs/job-schema.ts';
import { jobBody, jobQuery } from '../../dialect/jobs/request-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation, pathParameter, queryParameters, type Operation } from './operation.ts';

const common = { tag: 'Jobs', formats: eitherFormat, headers: everyAnswer } as const;
const job = { name: 'Job', schema: wireJob };
const ofOne = {
  parameters: [pathParameter('id', 'The id of the job.')],
  failures: [...behindToken, 'INVALID_REQUEST', 'JOB_NOT_FOUND'] as const,
};
const changing = { ...ofOne, failures: [...ofOne.failures, 'UNSUPPORTED_MEDIA_TYPE'] as const };

/** What is asked now and fetched later. */
export const jobOperations = {
  create: operation({
    ...common,
    id: 'createJob',
    summary: 'Begins a request, or a turn of an agent, whose answer is fetched later',
    description:
      'The request is checked at once, as its endpoint would. It runs at the usual priority, also after a restart of the service.',
    body: {
      schema: { name: 'CreateJob', schema: jobBody },
      examples: {
        prompt: { summary: 'A question', value: { prompt: 'Write a poem about the sea.', metadata: { night: '12' } } },
        agent: { summary: 'An agent', value: { agent: 'tidy', prompt: 'Sort the downloads.' } },
        body: {
          summary: 'Any request',
          value: {
            endpoint: '/v1/chat/completions',
            body: { model: 'haiku', messages: [{ role: 'user', content: 'Hello' }] },
          },
        },
      },
    },
    answers: { 202: jsonAnswer('It is kept, and begins.', everyAnswer, job) },
    failures: [
      ...behindToken,
      'INVALID_REQUEST',
      'UNSUPPORTED_PARAMETER',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
      'FILE_NOT_FOUND',
      'AGENT_NOT_FOUND',
      'AGENT_UNAVAILABLE',
      'PREVIOUS_RESPONSE_NOT_FOUND',
      'QUEUE_FULL',
    ],
  }),
  list: operation({
    ...common,
    id: 'listJobs',
    summary: 'The jobs of the caller',
    parameters: queryParameters(jobQuery, {
      limit: 'How many, 20 by default.',
      after: 'The id of a job of the list: what follows it.',
    }),
    answers: { 200: jsonAnswer('Newest first.', everyAnswer, { name: 'JobList', schema: wireJobList }) },
    failures: [...behindToken, 'INVALID_REQUEST', 'JOB_NOT_FOUND'],
  }),
  get: operation({
    ...common,
    ...ofOne,
    id: 'getJob',
    summary: 'A job, and what has come of it',
    answers: { 200: jsonAnswer('As it is now.', everyAnswer, job) },
  }),
  stop: operation({
    ...common,
    ...changing,
    id: 'stopJob',
    summary: 'Stops a job that has not ended',
    description: 'An agent is interrupted; its session stays.',
    answers: { 200: jsonAnswer('It is stopped, or had ended before.', everyAnswer, job) },
  }),
  delete: operation({
    ...common,
    ...changing,
    id: 'deleteJob',
    summary: 'Deletes a job, and stops it if it has not ended',
    answers: { 200: jsonAnswer('It is deleted.', everyAnswer, { name: 'DeletedJob', schema: deletedJob }) },
  }),
} satisfies Record<string, Operation>;
