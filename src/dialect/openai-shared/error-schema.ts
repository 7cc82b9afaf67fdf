import { z } from 'zod';

/** OpenAI's envelope for whatever fails. */
export const openAiError = z.object({
  error: z.object({
    message: z.string().describe('What happened and what to do, for people.'),
    type: z.string().describe('The family of the error, as OpenAI names it.'),
    param: z.string().nullable().describe('The field of the request that is at fault.'),
    code: z.string().describe('What programs should look at.'),
  }),
});

export type OpenAiErrorBody = z.infer<typeof openAiError>;
