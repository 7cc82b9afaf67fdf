import { afterEach, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';

/* Where the API does not count, the CLI has a guess (2.1.332), or asks a small model (2.1.197): neither is an answer. */

const shared = sharedHarness(undefined, { pool: { warm_per_model: 1, max_warm: 2 } });

afterEach(() => {
  shared.harness.standIn.refuseCounts();
});

const path = '/v1/messages/count_tokens';
const body = { messages: [{ role: 'user', content: 'How long is this?' }] };

async function count(at = path, asked: object = body): Promise<{ status: number; said: string }> {
  const response = await fetch(`${shared.harness.url}${at}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...asked }),
  });
  return { status: response.status, said: await response.text() };
}

describe('a count that the API refuses', () => {
  test.each([
    [400, 'a refused request', apiErrors.invalidRequest('messages.0.content.0: Could not process image')],
    [429, 'a limit', apiErrors.rateLimit()],
    [502, 'its failure', apiErrors.internal()],
    [529, 'its load', apiErrors.overloaded()],
    [502, 'a permission', apiErrors.permission()],
    [404, 'an unknown model', apiErrors.modelNotFound(model)],
    [503, 'a login that is not valid', apiErrors.authentication()],
  ])('is answered with %i for %s', async (status, _what, error) => {
    shared.harness.standIn.refuseCounts(error);
    const counted = await count();
    expect(counted.status, counted.said).toBe(status);
    expect(counted.said).not.toMatch(/"input_tokens":/);
    if (status === 400) expect(counted.said).toContain('messages.0.content.0: Could not process image');
  });

  test('is told to OpenAI’s clients in their form', async () => {
    shared.harness.standIn.refuseCounts(apiErrors.invalidRequest('input: Could not process image'));
    const { status, said } = await count('/v1/responses/input_tokens', { input: 'How long is this?' });
    expect(status, said).toBe(400);
    expect(JSON.parse(said)).toMatchObject({ error: { code: 'invalid_request', type: 'invalid_request_error' } });
    expect(said).toContain('Could not process image');
  });

  test.each([
    ['a refusal', apiErrors.invalidRequest()],
    ['a missing model, after which the process would not ask again', apiErrors.modelNotFound(model)],
  ])('is made as soon as the API counts again, after %s', async (_what, error) => {
    const before = await count();
    shared.harness.standIn.refuseCounts(error);
    await count();
    shared.harness.standIn.refuseCounts();
    expect(await count()).toEqual(before);
    expect(before.status, before.said).toBe(200);
  });
});
