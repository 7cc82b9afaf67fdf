import { describe, expect, it } from 'vitest';
import { errorCodes, HarnessError, type ErrorCode, type ErrorFacts } from '../../../src/core/errors.ts';
import { openAiErrorBody, openAiErrorKinds, openAiErrorReply } from '../../../src/dialect/openai-shared/errors.ts';

const now = 1_700_000_000_000;
const context = { requestId: 'req_1', now: () => now, stream: false, planLimitStatus: 429 } as const;
const answer = (code: ErrorCode, facts?: ErrorFacts) =>
  openAiErrorReply(new HarnessError(code, 'What happened.', facts), context);

describe('openAiErrorReply', () => {
  it('answers in the shape of OpenAI', () => {
    expect(answer('INVALID_REQUEST', { param: 'messages[0].role' })).toEqual({
      status: 400,
      headers: {},
      body: {
        error: {
          message: 'What happened.',
          type: 'invalid_request_error',
          param: 'messages[0].role',
          code: 'invalid_request',
        },
      },
    });
  });

  it('says null where no field is at fault', () => {
    expect(answer('INTERNAL').body.error.param).toBeNull();
  });

  it.each([
    ['INVALID_REQUEST', 400],
    ['UNSUPPORTED_PARAMETER', 400],
    ['PROMPT_TOO_LONG', 400],
    ['UNAUTHORIZED', 401],
    ['ROLE_REQUIRED', 403],
    ['SWITCHED_OFF', 403],
    ['HOST_NOT_ALLOWED', 403],
    ['MODEL_NOT_FOUND', 404],
    ['ROUTE_NOT_FOUND', 404],
    ['METHOD_NOT_ALLOWED', 405],
    ['BODY_TOO_LARGE', 413],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['QUEUE_FULL', 429],
    ['RATE_LIMITED', 429],
    ['PLAN_LIMIT_REACHED', 429],
    ['EXTRA_USAGE_REQUIRED', 400],
    ['ABORTED', 499],
    ['INTERNAL', 500],
    ['PERMISSION_DENIED', 502],
    ['UPSTREAM_ERROR', 502],
    ['UPSTREAM_UNREACHABLE', 502],
    ['ANSWER_RESTARTED', 502],
    ['ANSWER_INTERRUPTED', 502],
    ['CLI_FAILED', 502],
    ['CLI_PROTOCOL', 502],
    ['NOT_LOGGED_IN', 503],
    ['CLI_MISSING', 503],
    ['OVERLOADED', 503],
    ['DRAINING', 503],
    ['QUEUE_TIMEOUT', 504],
    ['TURN_TIMEOUT', 504],
    ['IDLE_TIMEOUT', 504],
  ] as const)('answers %s with %i', (code, status) => {
    expect(answer(code).status).toBe(status);
  });

  it('gives every code a wire code of its own, in snake case', () => {
    const wireCodes = errorCodes.map((code) => openAiErrorKinds[code].code);
    expect(new Set(wireCodes).size).toBe(errorCodes.length);
    for (const wireCode of wireCodes) expect(wireCode).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each<[ErrorCode, ErrorFacts, string | undefined]>([
    ['QUEUE_FULL', {}, '5'],
    ['QUEUE_FULL', { retryAfterMs: 60_000 }, '60'],
    ['RATE_LIMITED', {}, '30'],
    ['RATE_LIMITED', { retryAfterMs: 1001 }, '2'],
    ['RATE_LIMITED', { retryAfterMs: 0 }, '1'],
    ['PLAN_LIMIT_REACHED', { resetsAt: now + 7_200_000 }, '7200'],
    ['PLAN_LIMIT_REACHED', { resetsAt: now + 1 }, '1'],
    ['PLAN_LIMIT_REACHED', { resetsAt: now - 5000 }, '1'],
    ['PLAN_LIMIT_REACHED', { retryAfterMs: 3000, resetsAt: now + 7_200_000 }, '3'],
    ['PLAN_LIMIT_REACHED', {}, undefined],
    ['OVERLOADED', {}, '30'],
    ['DRAINING', {}, '5'],
    ['NOT_LOGGED_IN', {}, undefined],
    ['INTERNAL', {}, undefined],
  ])('tells the client of %s with %j to wait %s seconds', (code, facts, seconds) => {
    expect(answer(code, facts).headers['retry-after']).toBe(seconds);
  });

  it('keeps clients from waiting in silence for a plan limit', () => {
    expect(answer('PLAN_LIMIT_REACHED').headers).toEqual({ 'x-should-retry': 'false' });
    expect(answer('RATE_LIMITED').headers).not.toHaveProperty('x-should-retry');
  });

  it('tells when the plan’s window opens again, in the form that Codex reads', () => {
    expect(answer('PLAN_LIMIT_REACHED', { resetsAt: now + 7_200_000 }).body.error).toEqual({
      message: 'What happened.',
      type: 'usage_limit_reached',
      param: null,
      code: 'plan_limit_reached',
      resets_at: 1_700_007_200,
    });
  });

  it('answers with the status that is configured for a plan limit, and for nothing else', () => {
    const reply = (code: ErrorCode) =>
      openAiErrorReply(new HarnessError(code, 'No.'), { ...context, planLimitStatus: 503 });
    expect(reply('PLAN_LIMIT_REACHED').status).toBe(503);
    expect(reply('RATE_LIMITED').status).toBe(429);
  });

  it('asks for a token where one is missing', () => {
    expect(answer('UNAUTHORIZED').headers).toEqual({ 'www-authenticate': 'Bearer' });
  });

  it('never shows stderr, the cause or other facts', () => {
    const facts = { stderrTail: 'secret', cause: new Error('secret'), exit: 'SIGSECRET', upstreamStatus: 500 };
    expect(JSON.stringify(answer('CLI_FAILED', facts))).not.toMatch(/secret/i);
  });
});

describe('openAiErrorBody', () => {
  it('has the error as an object and no choices', () => {
    expect(openAiErrorBody(new HarnessError('OVERLOADED', 'Busy.'))).toEqual({
      error: { message: 'Busy.', type: 'server_error', param: null, code: 'overloaded' },
    });
  });
});
