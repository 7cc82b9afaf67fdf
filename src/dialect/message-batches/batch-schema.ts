import { z } from 'zod';

const count = z.int().nonnegative();
const time = z.iso.datetime();

export const wireBatch = z.object({
  id: z.string(),
  type: z.literal('message_batch'),
  processing_status: z.enum(['in_progress', 'canceling', 'ended']),
  request_counts: z
    .object({ processing: count, succeeded: count, errored: count, canceled: count, expired: count })
    .describe('All are processing until the batch has ended.'),
  created_at: time,
  expires_at: time.describe('Requests that have not been answered by then expire.'),
  ended_at: time.nullable(),
  cancel_initiated_at: time.nullable(),
  archived_at: time.nullable().describe('Always null: a batch goes together with its results.'),
  results_url: z.string().nullable().describe('Where the results are; null until the batch has ended.'),
});

export const batchPage = z.object({
  data: z.array(wireBatch),
  has_more: z.boolean().describe('Whether more follow in the direction in which was asked.'),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
});

export const deletedBatch = z.object({ id: z.string(), type: z.literal('message_batch_deleted') });

export type WireBatch = z.infer<typeof wireBatch>;
export type WireBatchPage = z.infer<typeof batchPage>;
export type WireDeletedBatch = z.infer<typeof deletedBatch>;
