import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHarness, type Harness } from '../support/harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

interface Listed {
  id: string;
  context_length: number | null;
  max_input_tokens: number | null;
}

const list = async (): Promise<Listed[]> =>
  ((await (await fetch(`${harness.url}/v1/models`)).json()) as { data: Listed[] }).data;

test('the list is the same at every time, with the context window of each model, and costs no model call', async () => {
  // The first list may be answered before the CLI has told them all.
  await expect
    .poll(async () => (await list()).map((model) => model.context_length), { timeout: 15_000 })
    .not.toContain(null);
  const [first, ...others] = await Promise.all([list(), list(), list()]);

  expect(first.map(({ id }) => id)).toEqual(expect.arrayContaining(['sonnet', 'opus', 'haiku']));
  for (const other of others) expect(other).toEqual(first);
  for (const model of first) expect(model.context_length).toBeGreaterThanOrEqual(200_000);
  expect(harness.standIn.requests).toEqual([]);
});

test('the processes that were asked do not stay', async () => {
  const { processes } = harness;
  await list();
  await expect.poll(processes, { timeout: 20_000 }).toBeLessThanOrEqual(2);
});
