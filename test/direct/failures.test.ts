import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import { retryAfterMsOf, toFailure } from '../../src/direct/failures.ts';

const apiError = (status: number | undefined, type: string, message = 'why', headers: Record<string, string> = {}) =>
  new APIError(
    status,
    { type: 'error', error: { type, message } },
    undefined,
    new Headers(headers),
    type as ConstructorParameters<typeof APIError>[4],
  );

describe('toFailure', () => {
  it.each<[number | undefined, string, ErrorCode]>([
    [400, 'invalid_request_error', 'INVALID_REQUEST'],
    [401, 'authentication_error', 'API_KEY_REFUSED'],
    [402, 'billing_error', 'PERMISSION_DENIED'],
    [403, 'permission_error', 'PERMISSION_DENIED'],
    [404, 'not_found_error', 'MODEL_NOT_FOUND'],
    [413, 'request_too_large', 'PROMPT_TOO_LONG'],
    [429, 'rate_limit_error', 'RATE_LIMITED'],
    [500, 'api_error', 'UPSTREAM_ERROR'],
    [504, 'timeout_error', 'UPSTREAM_ERROR'],
    [529, 'overloaded_error', 'OVERLOADED'],
    // In a stream there is no status any more.
    [undefined, 'overloaded_error', 'OVERLOADED'],
    [undefined, 'rate_limit_error', 'RATE_LIMITED'],
    [undefined, 'authentication_error', 'API_KEY_REFUSED'],
    [undefined, 'younger_than_this', 'UPSTREAM_ERROR'],
  ])('knows status %s with %s', (status, type, code) => {
    expect(toFailure(apiError(status, type)).code).toBe(code);
  });

  it('passes on the API’s own sentence about a request, the status, and how long to wait', () => {
    const failure = toFailure(apiError(400, 'invalid_request_error', 'tools.0: is odd', { 'retry-after': '7' }));
    expect(failure.message).toContain('tools.0: is odd');
    expect(failure.facts).toMatchObject({ upstreamStatus: 400, retryAfterMs: 7000 });
  });

  it('knows a prompt that is too long by the API’s words', () => {
    const failure = toFailure(apiError(400, 'invalid_request_error', 'prompt is too long: 210000 tokens'));
    expect(failure.code).toBe('PROMPT_TOO_LONG');
  });

  it.each([new APIConnectionError({ message: 'refused' }), new TypeError('terminated'), new SyntaxError('cut')])(
    'takes %s for an API that was not reached',
    (error) => {
      expect(toFailure(error)).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', facts: { cause: error } });
    },
  );
});

describe('retryAfterMsOf', () => {
  it.each([
    [{}, undefined],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, undefined],
    [{ 'retry-after': '3', 'retry-after-ms': '250' }, 250],
  ])('%j is %s', (headers, expected) => {
    expect(retryAfterMsOf(new Headers(headers))).toBe(expected);
  });

  it('knows a date', () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    expect(retryAfterMsOf(new Headers({ 'retry-after': date }))).toBeGreaterThan(3_500_000);
  });
});
