import { afterAll, beforeAll, expect, test } from 'vitest';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { questionOf } from '../support/upstream.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness((request) => ({ kind: 'answer', text: `${questionOf(request)} upon a time.` }));
});

afterAll(async () => {
  await harness.stop();
});

test('the old text API answers each prompt, whole', async () => {
  const completion = await harness.client.completions.create({ model: cheapModel, prompt: ['Once', 'Twice'] });

  expect(completion).toMatchObject({ object: 'text_completion', model: cheapModel });
  expect(completion.choices).toEqual([
    { text: 'Once upon a time.', index: 0, logprobs: null, finish_reason: 'stop' },
    { text: 'Twice upon a time.', index: 1, logprobs: null, finish_reason: 'stop' },
  ]);
  expect(completion.usage?.total_tokens).toBeGreaterThan(20);
});

test('the old text API streams, and stops where it was told to', async () => {
  const stream = await harness.client.completions.create({
    model: cheapModel,
    prompt: 'Once',
    stop: 'time',
    stream: true,
  });
  const texts: string[] = [];
  const reasons: (string | null)[] = [];
  for await (const { choices } of stream) {
    texts.push(choices[0]?.text ?? '');
    reasons.push(choices[0]?.finish_reason ?? null);
  }

  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join('')).toBe('Once upon a ');
  expect(reasons.at(-1)).toBe('stop');
});

test('a model tells what it can do, without a call of the model', async () => {
  const before = harness.standIn.requests.length;
  const described = async (): Promise<unknown> => (await fetch(`${harness.url}/v1/models/${cheapModel}`)).json();

  // The first answer may come before the CLI has told the context window.
  await expect.poll(described, { timeout: 20_000 }).toMatchObject({
    id: cheapModel,
    object: 'model',
    x_claude: {
      context_window: 200_000,
      max_output_tokens: 64_000,
      vision: true,
      tools: true,
      effort_levels: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
    },
  });
  const asked = harness.standIn.requests.slice(before).map(({ path }) => path);
  expect(asked.filter((path) => !path.includes('count_tokens'))).toEqual([]);
});
