import { HarnessError } from '../../../src/core/errors.ts';
import { fromMessagesRequest } from '../../../src/dialect/anthropic-messages/request.ts';
import type { MessagesRequest } from '../../../src/dialect/anthropic-messages/types.ts';

export const hello = { role: 'user', content: 'Hello' };

export const bodyWith = (fields: object = {}) => ({ model: 'haiku', max_tokens: 4000, messages: [hello], ...fields });

export function read(fields: object = {}, unsupportedParams: 'ignore' | 'reject' = 'ignore'): MessagesRequest {
  return fromMessagesRequest(bodyWith(fields), { defaultModel: 'sonnet', unsupportedParams });
}

/** What a body that is no valid request fails with. */
export function failureOf(body: unknown, unsupportedParams: 'ignore' | 'reject' = 'ignore'): HarnessError {
  try {
    fromMessagesRequest(body, { defaultModel: 'sonnet', unsupportedParams });
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('the body was taken');
}
