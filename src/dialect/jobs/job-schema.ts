import { z } from 'zod';

const time = z.iso.datetime();
const tokens = z.int().min(0);

export const wireJob = z
  .strictObject({
    job_id: z.string(),
    object: z.literal('job'),
    status: z.enum(['queued', 'running', 'completed', 'failed', 'stopped']),
    poll_url: z.url().meta({ description: 'Where the job can be asked for.' }),
    endpoint: z.string().nullable().meta({ description: 'Null of a job of an agent.' }),
    agent: z.string().nullable(),
    model: z.string().nullable().meta({ description: 'As the request named it.' }),
    session_id: z.string().nullable().meta({ description: 'In which the agent works, once it has begun.' }),
    created_at: time,
    started_at: time.nullable(),
    ended_at: time.nullable(),
    expires_at: time.meta({ description: 'The job is gone from then on.' }),
    text: z.string().nullable().meta({ description: 'The text of the answer; of an agent, what it has said last.' }),
    result: z.record(z.string(), z.unknown()).nullable().meta({
      description: 'What the endpoint would have answered, a failure included; null of a job of an agent.',
    }),
    result_status: z.int().nullable().meta({ description: 'The status that it would have had.' }),
    request_id: z.string().nullable().meta({ description: 'Under which the request is in the log.' }),
    error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
    usage: z
      .strictObject({ input_tokens: tokens, cached_tokens: tokens, output_tokens: tokens, thinking_tokens: tokens })
      .nullable(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ description: 'What is asked now and fetched later.' });

export const wireJobList = z.strictObject({
  object: z.literal('list'),
  data: z.array(wireJob).meta({ description: 'Without `result`, which a job has by itself; newest first.' }),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

export const deletedJob = z.strictObject({ job_id: z.string(), object: z.literal('job'), deleted: z.literal(true) });

export type WireJob = z.infer<typeof wireJob>;
export type WireJobList = z.infer<typeof wireJobList>;
export type DeletedJob = z.infer<typeof deletedJob>;
