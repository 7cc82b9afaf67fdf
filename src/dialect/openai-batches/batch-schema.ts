import { z } from 'zod';

const count = z.int().nonnegative();
const time = z.int().nullable().describe('In seconds since the epoch.');

export const wireBatch = z.object({
  id: z.string(),
  object: z.literal('batch'),
  endpoint: z.string(),
  input_file_id: z.string(),
  completion_window: z.literal('24h'),
  status: z.enum([
    'validating',
    'failed',
    'in_progress',
    'finalizing',
    'completed',
    'expired',
    'cancelling',
    'cancelled',
  ]),
  errors: z
    .object({
      object: z.literal('list'),
      data: z.array(
        z.object({
          code: z.string(),
          message: z.string(),
          line: z.int().nullable().describe('Of the file, from 1.'),
          param: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('Why a batch has failed.'),
  output_file_id: z.string().nullable().describe('The answers; null where there are none.'),
  error_file_id: z.string().nullable().describe('The requests that were not answered; null where there are none.'),
  created_at: z.int(),
  in_progress_at: time,
  expires_at: time,
  finalizing_at: time,
  completed_at: time,
  failed_at: time,
  expired_at: time,
  cancelling_at: time,
  cancelled_at: time,
  request_counts: z.object({ total: count, completed: count, failed: count }),
  usage: z.object({
    input_tokens: count,
    input_tokens_details: z.object({ cached_tokens: count }),
    output_tokens: count,
    output_tokens_details: z.object({ reasoning_tokens: count }),
    total_tokens: count,
  }),
  metadata: z.record(z.string(), z.string()).nullable(),
});

export const batchPage = z.object({
  object: z.literal('list'),
  data: z.array(wireBatch),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

export type WireBatch = z.infer<typeof wireBatch>;
export type WireBatchPage = z.infer<typeof batchPage>;
