import { z } from 'zod';
import type { ToErrorReply } from '../../core/endpoint.ts';
import { openAiErrorReply } from '../openai-shared/errors.ts';

export const promptError = z.object({ detail: z.string() });

/** What clients of the container that this API comes from look for in a failure, with the status that OpenAI's get. */
export const promptErrorReply: ToErrorReply = (error, context) => ({
  ...openAiErrorReply(error, context),
  body: { detail: error.message },
});
