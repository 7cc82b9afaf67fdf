import type { ResponseInputItem, Tool } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

/* The tools that agents such as Codex declare, through the real CLI and OpenAI's own client. */

const shared = sharedHarness({ kind: 'answer' }, { pool: { warm_per_model: 1, max_warm: 2 } });

const find = { type: 'function' as const, name: 'find', parameters: { type: 'object', properties: {} }, strict: false };
const tools: Tool[] = [
  { type: 'namespace', name: 'crm', description: 'Customers.', tools: [find] },
  { type: 'custom', name: 'patch', description: 'Changes files.', format: { type: 'text' } },
  { type: 'local_shell' },
  { type: 'apply_patch' },
  { type: 'image_generation' },
];
const uses = [
  { id: 'toolu_1', name: 'mcp__client__crm__find', input: { name: 'Ada' } },
  { id: 'toolu_2', name: 'mcp__client__patch', input: { input: '*** Begin\n+"a"\n' } },
  { id: 'toolu_3', name: 'mcp__client__local_shell', input: { command: ['ls', '-l'] } },
  { id: 'toolu_4', name: 'mcp__client__apply_patch', input: { type: 'delete_file', path: 'a' } },
];
const called = [
  { type: 'function_call', call_id: 'toolu_1', namespace: 'crm', name: 'find', arguments: '{"name":"Ada"}' },
  { type: 'custom_tool_call', call_id: 'toolu_2', name: 'patch', input: '*** Begin\n+"a"\n' },
  { type: 'local_shell_call', call_id: 'toolu_3', action: { type: 'exec', command: ['ls', '-l'] } },
  { type: 'apply_patch_call', call_id: 'toolu_4', operation: { type: 'delete_file', path: 'a' } },
];

test('tools of every kind are offered, called, and given back with their results', async () => {
  const { client, standIn } = shared.harness;
  standIn.behave({ kind: 'answer', toolUses: uses });
  const question = { role: 'user' as const, content: 'Go.' };
  const { data, response: http } = await client.responses.create({ model, input: [question], tools }).withResponse();
  expect(http.headers.get('x-claude-harness-ignored')).toBe('tools[image_generation]');
  expect(data.output).toMatchObject(called);
  const { tools: offered } = upstreamBody(shared.requests().at(-1)) as { tools?: { name: string }[] };
  expect(offered?.map(({ name }) => name)).toEqual(uses.map(({ name }) => name));

  const stream = client.responses.stream({ model, input: [question], tools });
  const deltas: string[] = [];
  for await (const event of stream) {
    if (event.type === 'response.custom_tool_call_input.delta') deltas.push(event.delta);
  }
  expect(deltas.join('')).toBe('*** Begin\n+"a"\n');
  expect((await stream.finalResponse()).output).toMatchObject(called);

  standIn.behave({ kind: 'answer', text: 'Done.' });
  const results: ResponseInputItem[] = [
    { type: 'function_call_output', call_id: 'toolu_1', output: 'one' },
    { type: 'custom_tool_call_output', call_id: 'toolu_2', output: 'two' },
    { type: 'local_shell_call_output', id: 'toolu_3', output: 'three' },
    { type: 'apply_patch_call_output', call_id: 'toolu_4', status: 'completed', output: 'four' },
  ];
  const input = [question, ...(data.output as ResponseInputItem[]), ...results];
  expect((await client.responses.create({ model, input, tools })).output_text).toBe('Done.');
  const { messages } = upstreamBody(shared.requests().at(-1));
  expect(messages.slice(1)).toMatchObject([
    {
      role: 'assistant',
      content: uses.map(({ id, name, input: asked }) => ({ type: 'tool_use', id, name, input: asked })),
    },
    {
      role: 'user',
      content: ['one', 'two', 'three', 'four'].map((text, index) => ({
        type: 'tool_result',
        tool_use_id: `toolu_${index + 1}`,
        content: [{ type: 'text', text }],
      })),
    },
  ]);
});

test('the tokens of a prompt are counted', async () => {
  const { client } = shared.harness;
  const { input_tokens: tokens, object } = await client.responses.inputTokens.count({ model, input: 'Hello', tools });
  expect(object).toBe('response.input_tokens');
  expect(tokens).toBeGreaterThan(0);
});
