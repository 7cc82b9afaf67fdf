import { expect, test, vi } from 'vitest';
import { cheapModel } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

const shared = sharedHarness(
  { kind: 'answer', text: 'Paris.' },
  { pool: { reuse: false, warm_per_model: 2, max_warm: 2 } },
);

const tools = [
  { type: 'function' as const, function: { name: 'look_up', parameters: { type: 'object', properties: {} } } },
];

/** The access log says what the process of the request was. */
async function ask(system: string, question: string): Promise<unknown> {
  const { client, log } = shared.harness;
  await client.chat.completions.create({
    model: cheapModel,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: question },
    ],
    tools,
    max_tokens: 300,
  });
  return log.lines.findLast(({ message }) => message.startsWith('POST /v1/chat'))?.fields['process'];
}

async function bothAreWarm(): Promise<void> {
  await vi.waitFor(
    async () => {
      const health: unknown = await (await fetch(`${shared.harness.url}/health`)).json();
      expect(health).toMatchObject({ processes: { warm: 2 } });
    },
    { timeout: 30_000, interval: 20 },
  );
}

test('a process that was prepared asks the API for the same as any other, and nothing before its turn', async () => {
  const { standIn, log } = shared.harness;
  const processes: unknown[] = [];
  for (let n = 0; n < 3; n += 1) {
    await bothAreWarm();
    processes.push(await ask('Be brief.', 'The capital of France?'));
  }
  expect(processes).toEqual(['warm', 'warm', 'prepared']);
  expect(shared.requests()).toHaveLength(3);

  const [first, ...others] = shared.requests();
  for (const request of others) {
    expect(systemOf(request)).toEqual(['Be brief.']);
    expect(conversationOf(request)).toEqual(conversationOf(first));
    const { tools: offered, max_tokens: maxTokens } = upstreamBody(request);
    expect({ offered, maxTokens }).toEqual({ offered: upstreamBody(first).tools, maxTokens: 300 });
  }

  await bothAreWarm();
  expect(await ask('Be verbose.', 'And of Italy?')).toBe('warm');
  expect(systemOf(standIn.requests.at(-1))).toEqual(['Be verbose.']);
  expect(log.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});
