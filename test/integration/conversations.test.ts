import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

/* Stored conversations through the real CLI, with the clients of both APIs. */

const shared = sharedHarness({ kind: 'answer', text: 'Yes.' }, { pool: { warm_per_model: 1, max_warm: 2 } });

/** Clients that go on with one conversation, whatever they ask. */
async function session() {
  const { url } = shared.harness;
  const { session_id: id } = (await (await fetch(`${url}/v1/sessions`, { method: 'POST' })).json()) as {
    session_id: string;
  };
  const options = { apiKey: 'any', maxRetries: 0, defaultHeaders: { 'x-session-id': id } };
  return {
    id,
    openai: new OpenAI({ ...options, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ ...options, baseURL: url }),
    describe: async () => (await fetch(`${url}/v1/sessions/${id}`)).json(),
    close: async () => (await fetch(`${url}/v1/sessions/${id}`, { method: 'DELETE' })).json(),
  };
}

const user = (content: string) => ({ role: 'user' as const, content });
const lastSeen = () => shared.requests().at(-1);

test('what one dialect began the others continue, and what the model has seen stays as it was', async () => {
  const { id, openai, anthropic, describe, close } = await session();
  expect(id).toMatch(/^session_[0-9a-f]{16}$/);
  await openai.chat.completions.create({ model, messages: [{ role: 'system', content: 'Be brief.' }, user('One?')] });
  const first = conversationOf(lastSeen());
  const mark = { cache_control: { type: 'ephemeral' as const } };
  await anthropic.messages
    .stream({ model, max_tokens: 99, messages: [{ role: 'user', content: [{ type: 'text', text: 'Two?', ...mark }] }] })
    .finalMessage();
  const second = conversationOf(lastSeen());
  const { response, data } = await openai.responses.create({ model, input: 'Three?' }).withResponse();
  expect([response.headers.get('x-session-id'), data.output_text]).toEqual([id, 'Yes.']);
  const third = conversationOf(lastSeen());

  const answer = { role: 'assistant', content: ['Yes.'] };
  expect(first).toEqual([{ role: 'user', content: ['One?'] }]);
  expect(second).toEqual([...first, answer, { role: 'user', content: ['Two?'] }]);
  expect(third).toEqual([...second, answer, { role: 'user', content: ['Three?'] }]);
  expect(systemOf(lastSeen()).join('\n')).toContain('Be brief.');

  expect(await describe()).toMatchObject({ session_id: id, messages: 6 });
  expect(await close()).toEqual({ status: 'closed', session_id: id });
  await expect(openai.responses.create({ model, input: 'Four?' })).rejects.toMatchObject({
    status: 404,
    code: 'session_not_found',
  });
  await expect(anthropic.messages.create({ model, max_tokens: 99, messages: [user('Four?')] })).rejects.toBeInstanceOf(
    Anthropic.NotFoundError,
  );
});

test('a call that is made in one dialect gets its result in another, with the thinking that led to it', async () => {
  const { standIn } = shared.harness;
  const { openai, anthropic } = await session();
  const parameters = { type: 'object' as const, properties: { city: { type: 'string' } } };
  standIn.behave({
    kind: 'answer',
    thinking: 'Hm.',
    toolUses: [{ id: 'toolu_1', name: 'mcp__client__weather', input: { city: 'Oslo' } }],
  });
  const asked = await anthropic.messages.create({
    ...{ model, max_tokens: 4000, messages: [user('Weather?')] },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    tools: [{ name: 'weather', input_schema: parameters }],
  });
  expect(asked.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);

  standIn.behave({ kind: 'answer', text: 'It rains.' });
  const answered = await openai.chat.completions.create({
    model,
    messages: [{ role: 'tool', tool_call_id: 'toolu_1', content: 'Rain' }],
    tools: [{ type: 'function', function: { name: 'weather', parameters } }],
  });
  expect(answered.choices[0]?.message.content).toBe('It rains.');
  const { messages } = upstreamBody(lastSeen());
  expect(messages.slice(1)).toMatchObject([
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'tool_use', id: 'toolu_1', input: { city: 'Oslo' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ text: 'Rain' }] }] },
  ]);
});

test('an answer whose client has left is not stored, and may be asked for again', async () => {
  const { standIn } = shared.harness;
  const { openai, describe } = await session();
  standIn.behave({ kind: 'answer', text: 'One two three', hangAfterDeltas: 2 });
  const stream = await openai.chat.completions.create({ model, messages: [user('Count.')], stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content != null) break;
  standIn.behave({ kind: 'answer', text: 'One.' });
  await expect
    .poll(() => openai.chat.completions.create({ model, messages: [user('Count.')] }).catch(() => undefined))
    .toMatchObject({ choices: [{ message: { content: 'One.' } }] });
  expect(conversationOf(lastSeen())).toEqual([{ role: 'user', content: ['Count.'] }]);
  expect(await describe()).toMatchObject({ messages: 2 });
});
