import { ChatAnthropic } from '@langchain/anthropic';
import { ChatOpenAI } from '@langchain/openai';
import { expect, test } from 'vitest';
import { documentedCells } from '../docs/documented-cells.ts';
import { sharedHarness } from '../support/shared-harness.ts';

/* What n8n does with the base URLs of docs/routers.md: the tests of its credentials, its lists, and its models. */

const shared = sharedHarness({ kind: 'answer', text: 'It works.' });
const timeout = 60_000;

/** The base URL that the page has for a credential. */
const baseUrlOf = (credential: string): string => {
  const [, cell = ''] = documentedCells('docs/routers.md', 'n8n').find(([name]) => name === credential) ?? [];
  return cell.replaceAll('`', '').replace('http://127.0.0.1:8013', shared.harness.url);
};

test('the test of the OpenAI credential lists models, without a model call', async () => {
  const reply = await fetch(`${baseUrlOf('OpenAI')}/models`, { headers: { authorization: 'Bearer any' } });
  const { data } = (await reply.json()) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toContain('sonnet');
  expect(shared.requests()).toEqual([]);
});

test.each([false, true])('the OpenAI Chat Model answers (Responses API: %s)', async (useResponsesApi) => {
  const chat = new ChatOpenAI({
    ...{ model: 'sonnet', apiKey: 'any', timeout, maxRetries: 2, useResponsesApi, supportsStrictToolCalling: false },
    configuration: { baseURL: baseUrlOf('OpenAI') },
  });
  expect((await chat.invoke('Does it?')).text).toBe('It works.');
});

const headers = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' };

test('the test of the Anthropic credential asks for a token, and its nodes list models', async () => {
  const url = baseUrlOf('Anthropic');
  const messages = [{ role: 'user', content: 'Hey' }];
  const body = JSON.stringify({ model: 'claude-haiku-4-5-20251001', messages, max_tokens: 1 });
  expect((await fetch(`${url}/v1/messages`, { method: 'POST', headers, body })).status).toBe(200);
  const { data } = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: object[] };
  expect(data[0]).toMatchObject({ id: expect.any(String) as string, display_name: expect.any(String) as string });
});

test('the Anthropic Chat Model answers', async () => {
  const chat = new ChatAnthropic({
    ...{ model: 'sonnet', apiKey: 'any', maxRetries: 2 },
    anthropicApiUrl: baseUrlOf('Anthropic'),
  });
  expect((await chat.invoke('Does it?')).text).toBe('It works.');
});
