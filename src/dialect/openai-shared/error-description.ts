import type { ErrorsDescription } from '../../core/endpoint.ts';
import { openAiError } from './error-schema.ts';

/** OpenAI's envelope for whatever fails. */
export const openAiErrors: ErrorsDescription = {
  schema: { name: 'OpenAiError', schema: openAiError },
  codeAt: ['error', 'code'],
};
