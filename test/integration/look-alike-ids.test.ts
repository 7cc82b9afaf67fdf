import { describe, expect, test } from 'vitest';
import { cheapModel as model, type ConfigChanges } from '../support/harness.ts';
import { sharedHarness, type SharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

/* The CLI takes `call_1` for a copy of `call`, and drops its result (2.1.332). */

const pool: ConfigChanges['pool'] = { warm_per_model: 1, max_warm: 2 };
const exact = sharedHarness({ kind: 'answer', text: 'ok' }, { pool });
const fed = sharedHarness({ kind: 'answer', text: 'ok' }, { pool, claude: { prompt: 'fed' } });
const ways: [string, SharedHarness][] = [
  ['as it is', exact],
  ['fed', fed],
];

/** The calls of each answer, by their ids. */
const histories: [string, string[][]][] = [
  ['toolu_A and toolu_A_0', [['toolu_A'], ['toolu_A_0']]],
  ['call_1 and call_1_1', [['call_1'], ['call_1_1']]],
  ['k and k_1 in one answer', [['k', 'k_1']]],
  ['k_1 and k in one answer', [['k_1', 'k']]],
  ['a, a_1, a_1x and a_1_2', [['a', 'a_1'], ['a_1x'], ['a_1_2']]],
];

async function post({ harness }: SharedHarness, path: string, body: object): Promise<void> {
  const response = await fetch(`${harness.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...body }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** The results that reached the API, each with the number of its call in the order of calls. */
function arrived(shared: SharedHarness): { call: number; said: string }[] {
  const blocks = upstreamBody(shared.requests().at(-1)).messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content,
  );
  const calls = blocks.filter(({ type }) => type === 'tool_use').map((block) => block['id']);
  return blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({
      call: calls.indexOf(block['tool_use_id']),
      said: /result of \d+/.exec(JSON.stringify(block['content']))?.[0] ?? '',
    }));
}

const expected = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ call: index, said: `result of ${index}` }));

describe.each(ways)('in a conversation that is given %s, all results arrive with the ids', (_way, shared) => {
  test.each(histories)('%s', async (_ids, answers) => {
    const order = answers.flat();
    const toolResult = (id: string) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [{ type: 'text', text: `result of ${order.indexOf(id)}` }],
    });
    const messages = [
      { role: 'user', content: 'Go on.' },
      ...answers.flatMap((ids) => [
        { role: 'assistant', content: ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
        { role: 'user', content: ids.map(toolResult) },
      ]),
    ];
    await post(shared, '/v1/messages', { max_tokens: 100, messages });
    expect(arrived(shared)).toEqual(expected(order.length));
  });

  test('call_7 in every answer', async () => {
    const messages = [
      { role: 'user', content: 'Go on.' },
      ...[0, 1, 2].flatMap((index) => [
        {
          role: 'assistant',
          tool_calls: [{ id: 'call_7', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_7', content: `result of ${index}` },
      ]),
    ];
    await post(shared, '/v1/chat/completions', { messages });
    expect(arrived(shared)).toEqual(expected(3));
  });
});
