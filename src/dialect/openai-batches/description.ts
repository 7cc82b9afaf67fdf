import { batchPage, wireBatch } from './batch-schema.ts';
import { createBody } from './create-request.ts';

/** The schemas under the names that the description has for them. */
export const openAiBatchSchemas = {
  createBody: { name: 'BatchRequest', schema: createBody },
  batch: { name: 'Batch', schema: wireBatch },
  page: { name: 'BatchPage', schema: batchPage },
} as const;

export const openAiBatchExamples = {
  chats: {
    summary: 'The chats of a file',
    value: {
      input_file_id: 'file-0123456789abcdef0123456789abcdef',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    },
  },
};
