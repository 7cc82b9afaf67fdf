import { versionHeaders } from '../../dialect/anthropic-messages/description.ts';
import {
  messageBatchExamples,
  messageBatchSchemas as messageBatches,
} from '../../dialect/message-batches/description.ts';
import { listQuery as messageBatchQuery } from '../../dialect/message-batches/query.ts';
import { resultsType } from '../../dialect/message-batches/results.ts';
import { openAiBatchExamples, openAiBatchSchemas as openAiBatches } from '../../dialect/openai-batches/description.ts';
import { listQuery as openAiBatchQuery } from '../../dialect/openai-batches/query.ts';
import { messagesFormat, openAiFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer, type HeaderName } from './headers.ts';
import {
  contentAnswer,
  jsonAnswer,
  operation,
  pathParameter,
  queryParameters,
  type Operation,
  type OperationOptions,
} from './operation.ts';

type Options = Pick<OperationOptions, 'id' | 'summary' | 'answers' | 'failures'> & Partial<OperationOptions>;

function messages({ parameters = [], ...options }: Options): Operation {
  return operation({
    tag: 'Anthropic',
    formats: [messagesFormat],
    headers: everyAnswer,
    parameters: [...parameters, ...versionHeaders],
    ...options,
  });
}

function openAi(options: Options): Operation {
  return operation({ tag: 'OpenAI', formats: [openAiFormat], headers: everyAnswer, ...options });
}

const batchId = pathParameter('id', 'The id of the batch.');
const withProgress: readonly HeaderName[] = [...everyAnswer, 'x-claude-harness-progress'];
const withIgnored: readonly HeaderName[] = [...everyAnswer, 'x-claude-harness-ignored'];

const oneMessageBatch = { 200: jsonAnswer('The batch.', everyAnswer, messageBatches.batch) };
const oneBatch = { 200: jsonAnswer('The batch.', everyAnswer, openAiBatches.batch) };

const withBody = [
  ...behindToken,
  'INVALID_REQUEST',
  'UNSUPPORTED_PARAMETER',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const;
const reading = [...behindToken, 'INVALID_REQUEST', 'BATCH_NOT_FOUND'] as const;
const changing = [...reading, 'UNSUPPORTED_MEDIA_TYPE'] as const;

/** Batches, of either API. */
export const batchOperations = {
  create: messages({
    id: 'createMessageBatch',
    summary: 'A new batch: up to 100,000 requests, or 256 MB',
    description:
      'All requests are checked as they arrive; where one is wrong, the failure names it and nothing is kept. One request may be as large as any (`server.body_limit`).',
    body: { schema: messageBatches.createBody, examples: messageBatchExamples },
    answers: oneMessageBatch,
    failures: withBody,
  }),
  list: messages({
    id: 'listMessageBatches',
    summary: 'The batches, newest first',
    parameters: queryParameters(messageBatchQuery, {
      limit: 'The maximum number of batches.',
      before_id: 'Gives those before this one.',
      after_id: 'Gives those after this one.',
    }),
    answers: { 200: jsonAnswer('A page of batches.', everyAnswer, messageBatches.page) },
    failures: reading,
  }),
  get: messages({
    id: 'getMessageBatch',
    summary: 'A batch',
    parameters: [batchId],
    answers: { 200: jsonAnswer('The batch.', withProgress, messageBatches.batch) },
    failures: reading,
  }),
  cancel: messages({
    id: 'cancelMessageBatch',
    summary: 'Cancels what of a batch has not begun',
    parameters: [batchId],
    answers: oneMessageBatch,
    failures: changing,
  }),
  delete: messages({
    id: 'deleteMessageBatch',
    summary: 'Deletes a batch that has ended, and its results',
    parameters: [batchId],
    answers: { 200: jsonAnswer('It is deleted.', everyAnswer, messageBatches.deleted) },
    failures: [...changing, 'BATCH_CONFLICT'],
  }),
  results: messages({
    id: 'getMessageBatchResults',
    summary: 'The results of a batch that has ended',
    parameters: [batchId],
    answers: {
      200: contentAnswer('One JSON object a line: `custom_id` and `result`.', everyAnswer, resultsType, {
        type: 'string',
      }),
    },
    failures: [...reading, 'BATCH_CONFLICT'],
  }),
  createFromFile: openAi({
    id: 'createBatch',
    summary: 'A new batch of the requests of a file: up to 50,000 lines, or 200 MB',
    description:
      'The file is read before the answer: the batch then is `in_progress`, or `failed` with what is wrong with which lines. The embeddings, moderations, images and videos of OpenAI are refused.',
    body: { schema: openAiBatches.createBody, examples: openAiBatchExamples },
    answers: { 200: jsonAnswer('The batch.', withIgnored, openAiBatches.batch) },
    failures: [...withBody, 'FILE_NOT_FOUND'],
    headers: withIgnored,
  }),
  listFromFiles: openAi({
    id: 'listBatches',
    summary: 'The batches, newest first',
    parameters: queryParameters(openAiBatchQuery, {
      after: 'The id of the last batch that the client has received.',
      limit: 'The maximum number of batches.',
    }),
    answers: { 200: jsonAnswer('A page of batches.', everyAnswer, openAiBatches.page) },
    failures: reading,
  }),
  getFromFile: openAi({
    id: 'getBatch',
    summary: 'A batch',
    parameters: [batchId],
    answers: oneBatch,
    failures: reading,
  }),
  cancelFromFile: openAi({
    id: 'cancelBatch',
    summary: 'Cancels what of a batch has not begun',
    parameters: [batchId],
    answers: oneBatch,
    failures: changing,
  }),
} satisfies Record<string, Operation>;
