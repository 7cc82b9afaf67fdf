import { z } from 'zod';

/** Purposes that a client may name; further ones are of files that the service makes. */
export const uploadPurposes = ['assistants', 'batch', 'evals', 'fine-tune', 'user_data', 'vision'] as const;
const purposes = [...uploadPurposes, 'batch_output'] as const;
const largestLimit = 10_000;

const seconds = z.int().describe('Seconds since the epoch.');

export const wireFile = z.object({
  id: z.string(),
  object: z.literal('file'),
  bytes: z.int(),
  created_at: seconds,
  expires_at: seconds.optional(),
  filename: z.string(),
  purpose: z.enum(purposes),
  status: z.literal('processed'),
});

export const wireFileList = z.object({
  object: z.literal('list'),
  data: z.array(wireFile),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
  has_more: z.boolean(),
});

export const deletedFile = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) });

const whole = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}.`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};

export const fileListQuery = z.looseObject({
  after: z
    .string()
    .regex(/^file[_-][0-9a-f]{32}$/, { error: 'must be the id of a file.' })
    .exactOptional(),
  limit: whole(1, largestLimit).default(largestLimit),
  order: z.enum(['asc', 'desc'], { error: 'must be asc or desc.' }).default('desc'),
  purpose: z.string().exactOptional(),
});

/** The fields of an upload besides the file. */
export const uploadFields = z.looseObject({
  purpose: z.enum(uploadPurposes, { error: `must be one of ${uploadPurposes.join(', ')}.` }),
  'expires_after[anchor]': z.literal('created_at', { error: 'must be created_at.' }).exactOptional(),
  'expires_after[seconds]': whole(3600, 2_592_000).exactOptional(),
});
