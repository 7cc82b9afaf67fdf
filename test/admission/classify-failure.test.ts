import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import { classifiedSamples, classifyFailure, type CliFailure } from '../../src/admission/classify-failure.ts';

const classify = (failure: Partial<CliFailure>) =>
  classifyFailure({ status: undefined, name: undefined, text: '', usedUp: undefined, ...failure });

describe('classifyFailure', () => {
  it.each<[number | undefined, string | undefined, string, ErrorCode]>([
    [401, 'authentication_failed', 'Invalid API key · Fix external API key', 'NOT_LOGGED_IN'],
    [401, undefined, '', 'NOT_LOGGED_IN'],
    [undefined, 'authentication_failed', 'Not logged in · Please run /login', 'NOT_LOGGED_IN'],
    [undefined, undefined, 'Not logged in · Please run /login', 'NOT_LOGGED_IN'],
    [undefined, 'authentication_failed', 'Your login has expired', 'NOT_LOGGED_IN'],
    // The CLI names a 403 as it names a 401; the account is logged in, but may not.
    [403, 'authentication_failed', 'API Error: 403 forbidden', 'PERMISSION_DENIED'],
    [402, 'billing_error', 'Credit balance is too low', 'PERMISSION_DENIED'],
    [undefined, 'billing_error', 'Credit balance is too low', 'PERMISSION_DENIED'],
    [404, 'invalid_request', 'There is an issue with the selected model', 'MODEL_NOT_FOUND'],
    [400, 'invalid_request', 'API Error: 400 messages: text is empty', 'INVALID_REQUEST'],
    [422, 'invalid_request', 'API Error: 422 no', 'INVALID_REQUEST'],
    [400, 'invalid_request', 'Prompt is too long', 'PROMPT_TOO_LONG'],
    [400, undefined, 'API Error: 400 prompt is too long: 210000 tokens > 200000 maximum', 'PROMPT_TOO_LONG'],
    [undefined, undefined, 'Prompt is too long', 'PROMPT_TOO_LONG'],
    [
      400,
      'invalid_request',
      'API Error: 400 You’re out of extra usage. Add more and keep going.',
      'EXTRA_USAGE_REQUIRED',
    ],
    [413, undefined, 'Request too large', 'PROMPT_TOO_LONG'],
    [
      429,
      'rate_limit',
      'API Error: Request rejected (429) · This request would exceed your rate limit',
      'RATE_LIMITED',
    ],
    [undefined, 'rate_limit', 'slow down', 'RATE_LIMITED'],
    [500, 'server_error', 'API Error: 500 Internal server error.', 'UPSTREAM_ERROR'],
    [503, 'server_error', 'API Error: 503', 'UPSTREAM_ERROR'],
    // A status speaks before a text that sounds like the network.
    [502, 'server_error', 'API Error: 502 connection timed out', 'UPSTREAM_ERROR'],
    [529, 'server_error', 'API Error: 529 Overloaded.', 'OVERLOADED'],
    [undefined, 'server_error', 'API Error: Overloaded', 'OVERLOADED'],
    [undefined, 'overloaded', 'busy', 'OVERLOADED'],
    [undefined, 'server_error', 'API Error: Unable to connect to API (ECONNRESET)', 'UPSTREAM_UNREACHABLE'],
    [undefined, 'server_error', 'API Error: Unable to connect to API (ConnectionRefused)', 'UPSTREAM_UNREACHABLE'],
    [undefined, 'server_error', 'API Error: Connection dropped (ECONNRESET). Try again.', 'UPSTREAM_UNREACHABLE'],
    [
      undefined,
      'server_error',
      'API Error: Connection refused — a firewall may be in the way (ECONNREFUSED)',
      'UPSTREAM_UNREACHABLE',
    ],
    [undefined, 'server_error', 'API Error: Request failed (ENOTFOUND)', 'UPSTREAM_UNREACHABLE'],
    [undefined, 'server_error', 'API Error: Request failed (EAI_AGAIN)', 'UPSTREAM_UNREACHABLE'],
    [undefined, 'unknown', 'Request timed out', 'UPSTREAM_UNREACHABLE'],
    [undefined, 'unknown', 'API Error: something new', 'UPSTREAM_ERROR'],
    [undefined, undefined, '', 'UPSTREAM_ERROR'],
  ])('reads %s %s "%s" as %s', (status, name, text, code) => {
    expect(classify({ status, name, text }).code).toBe(code);
  });

  it('knows every text of its table by its sample', () => {
    const codes = classifiedSamples.map((text) => classify({ text }).code);
    expect(codes).toEqual(['NOT_LOGGED_IN', 'PROMPT_TOO_LONG', 'OVERLOADED', 'UPSTREAM_UNREACHABLE']);
  });

  it.each([429, undefined])('reads status %s of a used-up window as the plan limit with its reset', (status) => {
    const error = classify({ status, name: 'rate_limit', usedUp: { family: '', resetsAt: 1_800_000_000_000 } });
    expect(error.code).toBe('PLAN_LIMIT_REACHED');
    expect(error.facts.resetsAt).toBe(1_800_000_000_000);
    expect(error.message).toContain('2027-01-15T08:00:00.000Z');
  });

  it('does not blame the plan for another failure while a window is used up', () => {
    expect(classify({ status: 500, usedUp: { family: '', resetsAt: 1_800_000_000_000 } }).code).toBe('UPSTREAM_ERROR');
  });

  it.each([
    [429, 'rate_limit'],
    [529, 'overloaded'],
    [500, 'server_error'],
    [undefined, 'overloaded'],
  ])('reports how long the CLI would have waited after %s %s', (status, name) => {
    expect(classify({ status, name, retryDelayMs: 7000 }).facts.retryAfterMs).toBe(7000);
  });

  it.each([
    ['API Error: 400 text is empty\n\nRequest ID: req_1', 'text is empty'],
    ['Please run /login · API Error: 403 text is empty', 'text is empty'],
    ['API Error: text is empty', 'text is empty'],
    ['text is empty', 'text is empty'],
  ])("reports of %j the API's own sentence, without the CLI's introduction and advice", (text, sentence) => {
    expect(classify({ status: 400, text }).message).toBe(`The API refused the request: ${sentence}`);
  });

  it('says so where no reason was given', () => {
    expect(classify({ status: 400 }).message).toBe('The API refused the request: no reason given');
  });

  it('keeps a reason short', () => {
    expect(classify({ status: 400, text: 'x'.repeat(9000) }).message.length).toBeLessThan(600);
  });

  it('hides the wording of failures that are not about the request', () => {
    const text = 'API Error: 500 check your inference gateway (10.0.0.7:9099)';
    expect(classify({ status: 500, text }).message).not.toContain('10.0.0.7');
  });

  it('names the fields at fault', () => {
    expect(classify({ status: 404 }).facts.param).toBe('model');
    expect(classify({ status: 413 }).facts.param).toBe('messages');
  });
});
