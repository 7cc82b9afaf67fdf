import { describe, expect, it } from 'vitest';
import { errorCodes, HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import {
  messagesErrorKinds,
  toErrorEvent,
  messagesErrorReply,
} from '../../../src/dialect/anthropic-messages/errors.ts';

const now = 1_700_000_000_000;
const context = { requestId: 'req_1', now: () => now, stream: false, planLimitStatus: 429 } as const;

/** The API's types for statuses; source: its public reference, "Errors". */
const typesOfApi: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

describe('messagesErrorReply', () => {
  it.each(errorCodes)('gives %s the type that the API has for its status', (code) => {
    const { status, type } = messagesErrorKinds[code];
    expect(type).toBe(typesOfApi[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'));
  });

  it('has the envelope of the API, with the request’s id and the harness’s own code', () => {
    const error = new HarnessError('INVALID_REQUEST', 'max_tokens: Field required', { param: 'max_tokens' });
    const body = {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'max_tokens: Field required',
        details: { error_code: 'invalid_request' },
      },
      request_id: 'req_1',
    };
    expect(messagesErrorReply(error, context)).toEqual({
      status: 400,
      headers: {},
      body,
    });
    expect(toErrorEvent(error, 'req_1')).toEqual(body);
  });

  it.each<[code: ErrorCode, facts: object, headers: object]>([
    ['RATE_LIMITED', { retryAfterMs: 1500 }, { 'retry-after': '2' }],
    ['RATE_LIMITED', {}, { 'retry-after': '30' }],
    ['RATE_LIMITED', { retryAfterMs: 0 }, { 'retry-after': '1' }],
    ['PLAN_LIMIT_REACHED', { resetsAt: now + 3_600_000 }, { 'retry-after': '3600', 'x-should-retry': 'false' }],
    ['OVERLOADED', {}, { 'retry-after': '30' }],
    ['UNAUTHORIZED', {}, { 'www-authenticate': 'Bearer' }],
    ['INTERNAL', {}, {}],
  ])('says of %s with %j when to try again', (code, facts, headers) => {
    expect(messagesErrorReply(new HarnessError(code, 'No.', facts), context).headers).toEqual(headers);
  });

  it('says when the plan’s window opens again, with the status that is configured', () => {
    const error = new HarnessError('PLAN_LIMIT_REACHED', 'Used up.', { resetsAt: now + 3_600_000 });
    const { status, body } = messagesErrorReply(error, { ...context, planLimitStatus: 503 });
    expect(status).toBe(503);
    expect(body.error).toEqual({
      type: 'rate_limit_error',
      message: 'Used up.',
      details: { error_code: 'plan_limit_reached', resets_at: 1_700_003_600 },
    });
  });

  it('says first, in the API’s own words, that a prompt is too long', () => {
    const { body } = messagesErrorReply(new HarnessError('PROMPT_TOO_LONG', 'Shorten it.'), context);
    expect(body.error.message).toBe('prompt is too long: Shorten it.');
  });

  it('keeps what is for the log from the client', () => {
    const error = new HarnessError('CLI_FAILED', 'It ended.', { stderrTail: 'secret', exit: 1, cause: new Error('x') });
    expect(JSON.stringify(messagesErrorReply(error, context))).not.toMatch(/secret|"x"/);
  });
});
