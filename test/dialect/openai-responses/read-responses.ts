import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import type { History } from '../../../src/dialect/openai-responses/input-items.ts';
import {
  parseResponsesRequest,
  toResponsesTurn,
  type ResponsesTurn,
} from '../../../src/dialect/openai-responses/request.ts';

export const model = 'claude-sonnet';

/** A request with this input that is fine otherwise. */
export function bodyOf(input: unknown, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { model, input, ...fields };
}

export interface ReadOptions extends Partial<History> {
  unsupportedParams?: 'ignore' | 'reject';
}

export function read(body: unknown, options: ReadOptions = {}): ResponsesTurn {
  const { earlier = [], findItem = () => undefined, unsupportedParams = 'ignore' } = options;
  return toResponsesTurn(
    parseResponsesRequest(body, { defaultModel: 'sonnet' }),
    { earlier, findItem },
    unsupportedParams,
  );
}

export const readItems = (...items: unknown[]) => read(bodyOf(items)).conversation;

export interface Refusal {
  code: ErrorCode;
  param: string | undefined;
  message: string;
}

/** The error that a request meets; fails when it meets none, or one that is not the harness's own. */
export function refusalOf(body: unknown, options: ReadOptions = {}): Refusal {
  try {
    read(body, options);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { code: error.code, param: error.facts.param, message: error.message };
  }
  throw new Error('The request was accepted.');
}
