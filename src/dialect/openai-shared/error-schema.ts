import { z } from 'zod';

/** OpenAI's envelope for errors. */
export const openAiError = z.object({
  error: z.object({
    message: z.string().describe('For people: what happened and what to do.'),
    type: z.string().describe('The family of the error, as OpenAI names it.'),
    param: z.string().nullable().describe('The field of the request that is at fault.'),
    code: z.string().describe('For programs: what they should look at.'),
    resets_at: z.int().optional().describe('When the plan’s window opens again, in seconds since the epoch.'),
  }),
});

export type OpenAiErrorBody = z.infer<typeof openAiError>;
