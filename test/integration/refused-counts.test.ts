import { afterEach, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';

/* Where the API does not count, the CLI has a guess (2.1.332), or asks a small model (2.1.197): neither is an answer. */

const shared = sharedHarness(undefined, { pool: { warm_per_model: 1, max_warm: 2 } });

afterEach(() => {
  shared.harness.standIn.refuseCounts();
});

const ways = [
  ['/v1/messages/count_tokens', { messages: [{ role: 'user', content: 'How long is this?' }] }],
  ['/v1/responses/input_tokens', { input: 'How long is this?' }],
] as const;

async function count(path: string, body: object): Promise<{ status: number; said: string }> {
  const response = await fetch(`${shared.harness.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...body }),
  });
  return { status: response.status, said: await response.text() };
}

describe.each(ways)('POST %s, where the API does not count', (path, body) => {
  test.each([
    [400, 'a refused request', apiErrors.invalidRequest('messages.0.content.0: Could not process image')],
    [429, 'a limit', apiErrors.rateLimit()],
    [502, 'its failure', apiErrors.internal()],
    [path.includes('messages') ? 529 : 503, 'its load', apiErrors.overloaded()],
    [502, 'a permission', apiErrors.permission()],
    [404, 'an unknown model', apiErrors.modelNotFound(model)],
  ])('answers %i to %s', async (status, _what, error) => {
    shared.harness.standIn.refuseCounts(error);
    const counted = await count(path, body);
    expect(counted.status, counted.said).toBe(status);
    expect(counted.said).not.toMatch(/"input_tokens":/);
    if (status === 400) expect(counted.said).toContain('messages.0.content.0: Could not process image');
  });

  test.each([
    ['a refusal', apiErrors.invalidRequest()],
    ['a missing model, after which the process would not ask again', apiErrors.modelNotFound(model)],
  ])('counts again as soon as the API does, after %s', async (_what, error) => {
    const before = await count(path, body);
    shared.harness.standIn.refuseCounts(error);
    await count(path, body);
    shared.harness.standIn.refuseCounts();
    expect(await count(path, body)).toEqual(before);
    expect(before.status, before.said).toBe(200);
  });
});

test('a login that the API refuses is reported as one', async () => {
  shared.harness.standIn.refuseCounts(apiErrors.authentication());
  const [[path, body]] = ways;
  const { status, said } = await count(path, body);
  expect(status, said).toBe(503);
});
