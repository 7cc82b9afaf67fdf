import { afterAll, beforeAll, expect, test } from 'vitest';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { isOtherCli } from '../support/cli-under-test.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';

const resetsAt = Math.floor(Date.now() / 1000) + 3600;
const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Hello' }] };

let harness: Harness;

beforeAll(async () => {
  const headers = planHeaders({ status: 'allowed_warning', resetsAt, utilization: 0.93 });
  // Where more processes wait than are wanted, one is ended before it has said everything.
  harness = await startHarness({ kind: 'answer', text: 'ok', headers }, { pool: { max_warm: 4 } });
});

afterAll(async () => {
  await harness.stop();
});

const quota = async () => (await (await fetch(`${harness.url}/v1/usage/quota`)).json()) as { buckets: object[] };
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Newer versions tell each window with its share, 2.1.197 the one that warns. */
test('an answer shows how much of the plan is used', async () => {
  // The made-up login may not ask for its usage: the CLI says so, and serves on.
  expect((await quota()).buckets).toEqual([]);
  await harness.client.chat.completions.create(request);

  const fiveHour = { type: 'five_hour', status: 'allowed_warning', utilization: 0.93, resets_at: iso(resetsAt) };
  const weekly = { type: 'seven_day', status: 'allowed', utilization: 0.2, resets_at: iso(resetsAt + 86_400) };
  // The CLI says so when the answer is complete.
  await expect.poll(quota).toMatchObject({ buckets: isOtherCli ? [fiveHour] : [fiveHour, weekly] });
});
