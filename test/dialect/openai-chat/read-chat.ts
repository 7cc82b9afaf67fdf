import type { Conversation } from '../../../src/core/conversation.ts';
import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import { fromChatRequest } from '../../../src/dialect/openai-chat/request.ts';
import type { ChatRequest } from '../../../src/dialect/openai-chat/types.ts';

/** A request that holds these messages and is fine otherwise. */
export function chatBody(...messages: unknown[]): Record<string, unknown> {
  return { model: 'claude-sonnet', messages };
}

/** A request that is fine but for these fields. */
export function bodyWith(fields: Record<string, unknown>): Record<string, unknown> {
  return { ...chatBody({ role: 'user', content: 'Hello' }), ...fields };
}

export function read(body: unknown, unsupportedParams: 'ignore' | 'reject' = 'ignore'): ChatRequest {
  return fromChatRequest(body, { defaultModel: 'sonnet', unsupportedParams, maxChoices: 4 });
}

export function readMessages(...messages: unknown[]): Conversation {
  return read(chatBody(...messages)).conversation;
}

export interface Refusal {
  code: ErrorCode;
  param: string | undefined;
  message: string;
}

/** The error that a request meets; fails when it meets none, or one that is not the harness's own. */
export function refusalOf(body: unknown, unsupportedParams: 'ignore' | 'reject' = 'ignore'): Refusal {
  try {
    read(body, unsupportedParams);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { code: error.code, param: error.facts.param, message: error.message };
  }
  throw new Error('The request was accepted.');
}
