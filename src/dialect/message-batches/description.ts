import { batchPage, deletedBatch, wireBatch } from './batch-schema.ts';
import { createBody } from './request-schema.ts';

/** The schemas under the names that the description has for them. */
export const messageBatchSchemas = {
  createBody: { name: 'MessageBatchRequest', schema: createBody },
  batch: { name: 'MessageBatch', schema: wireBatch },
  page: { name: 'MessageBatchPage', schema: batchPage },
  deleted: { name: 'DeletedMessageBatch', schema: deletedBatch },
} as const;

const params = { model: 'haiku', max_tokens: 1000, messages: [{ role: 'user', content: 'Why is the sky blue?' }] };

export const messageBatchExamples = {
  one: { summary: 'One question', value: { requests: [{ custom_id: 'sky', params }] } },
};
