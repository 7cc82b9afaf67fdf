import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { post } from './messages-client.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn();
});

afterAll(async () => {
  await standIn.stop();
});

describe('the errors of the API', () => {
  test.each([
    ['authentication', apiErrors.authentication(), 401, 'authentication_error'],
    ['permission', apiErrors.permission(), 403, 'permission_error'],
    ['modelNotFound', apiErrors.modelNotFound('claude-nope'), 404, 'not_found_error'],
    ['invalidRequest', apiErrors.invalidRequest('no'), 400, 'invalid_request_error'],
    ['promptTooLong', apiErrors.promptTooLong(), 400, 'invalid_request_error'],
    ['requestTooLarge', apiErrors.requestTooLarge(), 413, 'request_too_large'],
    ['rateLimit', apiErrors.rateLimit(), 429, 'rate_limit_error'],
    ['planLimit', apiErrors.planLimit(1_800_000_000), 429, 'rate_limit_error'],
    ['internal', apiErrors.internal(), 500, 'api_error'],
    ['overloaded', apiErrors.overloaded(), 529, 'overloaded_error'],
  ])('%s has its status and type on the wire', async (_name, behaviour, status, type) => {
    standIn.behave(behaviour);
    const response = await post(standIn.url);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      type: 'error',
      error: { type, message: behaviour.message },
      request_id: response.headers.get('request-id'),
    });
  });

  test('a rate limit names its wait only when told', async () => {
    standIn.behave([apiErrors.rateLimit(7), apiErrors.rateLimit()]);
    expect((await post(standIn.url)).headers.get('retry-after')).toBe('7');
    expect((await post(standIn.url)).headers.has('retry-after')).toBe(false);
  });

  test('a plan limit names its window and reset', async () => {
    standIn.behave(apiErrors.planLimit(1_800_000_000, 'seven_day_opus'));
    const { headers } = await post(standIn.url);
    expect(headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
    expect(headers.get('anthropic-ratelimit-unified-reset')).toBe('1800000000');
    expect(headers.get('anthropic-ratelimit-unified-representative-claim')).toBe('seven_day_opus');
  });

  test('type and message of an error can be chosen', async () => {
    standIn.behave({ kind: 'error', status: 418, errorType: 'teapot_error', message: 'Short and stout' });
    expect(await (await post(standIn.url)).json()).toMatchObject({
      error: { type: 'teapot_error', message: 'Short and stout' },
    });
  });
});
