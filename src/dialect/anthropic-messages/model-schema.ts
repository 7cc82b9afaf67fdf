import { z } from 'zod';

const tokens = z.int().positive().nullable().describe('Null where it is not known.');

export const wireModel = z.object({
  type: z.literal('model'),
  id: z.string(),
  display_name: z.string(),
  created_at: z.string().describe('Always the epoch: the CLI does not report it.'),
  max_input_tokens: tokens,
  max_tokens: tokens,
  capabilities: z.null().describe('The CLI does not report them all.'),
});

export const wireModelList = z.object({
  data: z.array(wireModel),
  has_more: z.boolean(),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
});
