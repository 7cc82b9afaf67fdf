import Anthropic from '@anthropic-ai/sdk';
import { APIError } from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Answer, Behaviour } from '../../src/stand-in/behaviour.ts';
import { earlyFailures, type EarlyFailure } from '../support/early-failures.ts';
import { cheapModel, madeUpKey, startHarness, withDirect, type Harness } from '../support/harness.ts';
import { conversationOf, upstreamBody } from '../support/upstream.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness(undefined, withDirect);
});

afterAll(async () => {
  await harness.stop();
});

const question: ChatCompletionMessageParam = { role: 'user', content: 'The weather in Paris?' };
const request = { model: cheapModel, messages: [question] };
const tools = [{ type: 'function' as const, function: { name: 'get_weather' } }];
const last = () => harness.standIn.requests.at(-1);

async function readAll(model = cheapModel): Promise<string> {
  let text = '';
  const stream = await harness.directClient.chat.completions.create({ ...request, model, stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

/** Asks once, whole or streamed, and gives the error that the official client throws. */
async function failureOf(behaviour: Behaviour | Behaviour[], stream: boolean): Promise<APIError> {
  harness.standIn.behave(behaviour);
  const failure: unknown = await (stream ? readAll() : harness.directClient.chat.completions.create(request)).catch(
    (error: unknown) => error,
  );
  if (!(failure instanceof APIError)) throw new Error(`no API error but ${JSON.stringify(failure)}`);
  return failure;
}

describe('a turn', () => {
  test('goes to the API with the key and nothing of the CLI’s login, and says which backend answered', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'Sunny.' });
    const { data, response } = await harness.directClient.chat.completions.create(request).withResponse();

    expect(data.choices[0]?.message.content).toBe('Sunny.');
    expect(response.headers.get('x-claude-harness-backend')).toBe('direct');
    expect(last()?.headers.authorization).toBe(`Bearer ${madeUpKey}`);
    expect(JSON.stringify([last()?.headers, last()?.body])).not.toContain('sk-ant-oat01');
    expect(upstreamBody(last())).not.toHaveProperty('metadata');
    await expect
      .poll(() => harness.log.lines.find(({ fields }) => fields['backend'] === 'direct'))
      .toMatchObject({ fields: { path: '/api/v1/chat/completions', served: cheapModel } });
  });

  test('names the model of an alias as the CLI does', async () => {
    harness.standIn.behave({ kind: 'answer' });
    await harness.directClient.chat.completions.create({ ...request, model: 'haiku' });

    expect(upstreamBody(last()).model).toMatch(/^claude-haiku-\d/);
  });

  test.each([
    ['that the API lists', cheapModel, 64_000],
    ['that the API does not list', 'claude-opus-5', 128_000],
  ])('may be as long as the limit of a model %s, and asks the API to keep the prompt', async (_what, model, limit) => {
    harness.standIn.behave({ kind: 'answer' });
    const system = { role: 'system' as const, content: 'Be brief.' };
    await harness.directClient.chat.completions.create({ model, messages: [system, question], tools });

    const mark = { cache_control: { type: 'ephemeral' } };
    expect(last()?.body).toEqual({
      model,
      max_tokens: limit,
      stream: true,
      thinking: { type: 'disabled' },
      system: [{ type: 'text', text: 'Be brief.', ...mark }],
      tools: [{ name: 'get_weather', input_schema: expect.any(Object) as object, ...mark }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'The weather in Paris?', ...mark }] }],
    });
  });

  test('that its client gives up is given up at the API', async () => {
    harness.standIn.behave({ kind: 'answer', deltas: ['one ', 'two '], hangAfterDeltas: 1 });
    const stream = await harness.directClient.chat.completions.create({ ...request, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'one ') break;

    expect(await last()?.closedEarly).toBe(true);
  });
});

describe.each([{ stream: false }, { stream: true }])('a failure before the answer, stream: $stream', ({ stream }) => {
  test.each<EarlyFailure>([
    ['a refused key', apiErrors.authentication(), { status: 503, code: 'api_key_refused' }],
    ...earlyFailures,
  ])('%s keeps its meaning', async (_what, behaviour, expected) => {
    const failure = await failureOf(behaviour, stream);

    expect(failure).toMatchObject(expected);
    expect(failure.message).not.toMatch(/127\.0\.0\.1|sk-ant/);
  });
});

test('the API’s own reason for a bad request reaches the client', async () => {
  const failure = await failureOf(apiErrors.invalidRequest('tools.0.custom.name: bad'), false);

  expect(failure.message).toContain('tools.0.custom.name: bad');
});

describe('tries again', () => {
  test('at most twice, which nobody notices', async () => {
    harness.standIn.behave([
      apiErrors.internal(),
      apiErrors.overloaded(),
      { kind: 'answer', text: 'third time lucky' },
    ]);
    const before = harness.standIn.requests.length;

    expect(await readAll()).toBe('third time lucky');
    expect(harness.standIn.requests.length - before).toBe(3);
  });

  test('not where the API wants a longer wait, and passes it on', async () => {
    const before = harness.standIn.requests.length;
    const failure = await failureOf(apiErrors.rateLimit(30), false);

    expect(failure).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(failure.headers?.get('retry-after')).toBe('30');
    expect(harness.standIn.requests.length - before).toBe(1);
  });

  test.each<[string, Partial<Answer>, string]>([
    ['a connection that is cut', { cutAfterDeltas: 2 }, 'upstream_unreachable'],
    ['an error of the API', { errorAfterDeltas: 2 }, 'overloaded'],
    [
      'a rate limit',
      { errorAfterDeltas: 2, streamError: { type: 'rate_limit_error', message: 'slow' } },
      'rate_limit_exceeded',
    ],
  ])('never after a part of the answer: %s ends the stream', async (_what, ending, code) => {
    harness.standIn.behave({ kind: 'answer', deltas: ['one ', 'two ', 'three '], deltaEveryMs: 20, ...ending });
    const before = harness.standIn.requests.length;
    let text = '';
    let failure: unknown;
    try {
      const stream = await harness.directClient.chat.completions.create({ ...request, stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    } catch (error) {
      failure = error;
    }

    expect(text).toBe('one two ');
    expect(failure).toMatchObject({ code });
    expect(harness.standIn.requests.length - before).toBe(1);
  });
});

describe('time limits', () => {
  test.each([
    ['idle_timeout', 'idle_timeout'],
    ['turn_timeout', 'turn_timeout'],
  ] as const)('%s ends a turn, and its request', async (limit, code) => {
    const hurried = await startHarness(
      { kind: 'answer', hangAfterDeltas: 1 },
      { ...withDirect, limits: { [limit]: 1500 } },
    );
    try {
      const asked = hurried.directClient.chat.completions.create(request);

      await expect(asked).rejects.toMatchObject({ status: 504, code });
      expect(await hurried.standIn.requests.at(-1)?.closedEarly).toBe(true);
    } finally {
      await hurried.stop();
    }
  });
});

describe('the same request through the CLI and directly', () => {
  const call = (name: string) => ({ name, id: 'toolu_paris', input: { city: 'Paris' } });
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const format = { type: 'json_schema' as const, json_schema: { name: 'place', schema } };

  test.each<[string, Answer, object]>([
    ['a text', { kind: 'answer', text: 'It is sunny in Paris.' }, {}],
    ['thinking', { kind: 'answer', thinking: ['Hm, ', 'sunny.'], text: 'Sunny.' }, { reasoning_effort: 'low' }],
    ['structured output', { kind: 'answer', toolUses: [call('StructuredOutput')] }, { response_format: format }],
    ['a stop sequence', { kind: 'answer', text: 'one', stopReason: 'stop_sequence', stopSequence: '.' }, { stop: '.' }],
    ['a blank stop sequence', { kind: 'answer', deltas: ['one\n', '\ntwo'] }, { stop: '\n\n' }],
    ['a refusal', { kind: 'answer', text: 'No.', stopReason: 'refusal' }, {}],
    ['a full context', { kind: 'answer', text: 'It', stopReason: 'model_context_window_exceeded' }, {}],
    ['a cut answer', { kind: 'answer', text: 'It is', stopReason: 'max_tokens' }, { max_tokens: 50 }],
    ['calls of tools', { kind: 'answer', text: 'Let me look.', toolUses: [call('get_weather')] }, { tools }],
  ])('gives the same answer: %s', async (_what, answer, fields) => {
    const usage = { input_tokens: 7, cache_read_input_tokens: 5, cache_creation_input_tokens: 3, output_tokens: 9 };
    harness.standIn.behave(
      (asked) => ({ ...answer, usage, toolUses: namedFor(asked.body, answer.toolUses) }) as Answer,
    );
    for (const stream of [false, true]) {
      const body = { ...request, ...fields, stream, ...(stream && { stream_options: { include_usage: true } }) };
      const [cli, direct] = await Promise.all([send('/v1', body), send('/api/v1', body)]);

      expect(direct).toEqual(cli);
      expect(JSON.stringify(direct)).toContain('"prompt_tokens":15');
    }
  });

  /** The stand-in calls a tool by the name that it was sent with. */
  function namedFor(body: unknown, uses: Answer['toolUses']): Answer['toolUses'] {
    const names = ((body as { tools?: { name: string }[] }).tools ?? []).map(({ name }) => name);
    return uses?.map((use) => ({ ...use, name: names.find((name) => name.endsWith(use.name)) ?? use.name }));
  }

  /** The answer's objects, without what differs from one answer to the next. */
  async function send(base: string, body: object): Promise<unknown[]> {
    const response = await fetch(`${harness.url}${base}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const frames = text.startsWith('data: ') ? text.split('\n\n').map((frame) => frame.replace(/^data: /, '')) : [text];
    return frames
      .filter((frame) => frame.startsWith('{'))
      .map((frame) => ({ ...(JSON.parse(frame) as object), id: undefined, created: undefined }));
  }
});

describe('thinking that led to a call', () => {
  const thoughtful = (name: string): Answer => ({
    kind: 'answer',
    thinking: 'I should look.',
    toolUses: [{ id: `toolu_${Math.random().toString(36).slice(2)}`, name, input: {} }],
  });
  const ask = (client: Harness['client'], messages: ChatCompletionMessageParam[]) =>
    client.chat.completions.create({ ...request, messages, tools, reasoning_effort: 'low' });

  test.each([
    ['directly', 'directly'],
    ['directly', 'through the CLI'],
    ['through the CLI', 'directly'],
  ])('%s is given back %s', async (first, second) => {
    const clientOf = (way: string) => (way === 'directly' ? harness.directClient : harness.client);
    harness.standIn.behave(thoughtful(first === 'directly' ? 'get_weather' : 'mcp__client__get_weather'));
    const { choices } = await ask(clientOf(first), [question]);
    const message = choices[0]?.message;
    const [call] = message?.tool_calls ?? [];
    harness.standIn.behave({ kind: 'answer', text: 'Sunny.' });
    await ask(clientOf(second), [
      question,
      { role: 'assistant', tool_calls: message?.tool_calls ?? [] },
      { role: 'tool', tool_call_id: call?.id ?? '', content: 'sun' },
    ]);

    const assistant = conversationOf(last()).find(({ role }) => role === 'assistant');
    expect(assistant?.content[0]).toMatchObject({ type: 'thinking', thinking: 'I should look.' });
    expect(upstreamBody(last()).thinking?.type).toBe('enabled');
  });
});

describe('thinking', () => {
  test.each([
    [
      'claude-opus-4-8',
      'xhigh',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
    ],
    [
      'claude-sonnet-4-6',
      'xhigh',
      { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } },
    ],
    ['claude-haiku-4-5', 'low', { thinking: { type: 'enabled', budget_tokens: 4096 } }],
  ] as const)('of %s at %s is what the model takes', async (model, effort, expected) => {
    harness.standIn.behave({ kind: 'answer' });
    await harness.directClient.chat.completions.create({ ...request, model, reasoning_effort: effort });

    expect(last()?.body).toMatchObject(expected);
    if (model === 'claude-haiku-4-5') expect(last()?.body).not.toHaveProperty('output_config');
  });
});

describe('Anthropic’s client', () => {
  const client = () => new Anthropic({ baseURL: `${harness.url}/api`, apiKey: 'any', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hello' }];

  test('has its tokens counted by the API itself', async () => {
    const before = harness.standIn.countRequests.length;
    const { data, response } = await client()
      .messages.countTokens({ model: cheapModel, system: 'Be brief.', messages })
      .withResponse();

    expect(data.input_tokens).toBeGreaterThan(1);
    expect(response.headers.get('x-claude-harness-warning')).toBeNull();
    const [counted, ...more] = harness.standIn.countRequests.slice(before);
    expect(more).toEqual([]);
    expect(counted?.headers.authorization).toBe(`Bearer ${madeUpKey}`);
    expect(counted?.body).toEqual({
      model: cheapModel,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
      thinking: { type: 'disabled' },
    });
  });

  test('lists the models of the API, and finds one', async () => {
    const ids: string[] = [];
    for await (const { id } of client().models.list()) ids.push(id);

    expect(ids).toEqual(expect.arrayContaining(['claude-haiku-4-5-20251001', 'claude-opus-4-8', 'sonnet']));
    expect(await client().models.retrieve('claude-opus-4-8')).toMatchObject({
      display_name: 'Claude Opus 4.8',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
    });
  });

  test('gets its errors in its own shapes', async () => {
    harness.standIn.behave(apiErrors.authentication());
    const failure: unknown = await client()
      .messages.create({ model: cheapModel, max_tokens: 9, messages })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ status: 503, type: 'api_error', errorCode: 'api_key_refused' });
  });
});

test('a model that nobody has is refused without a request', async () => {
  const before = harness.standIn.requests.length;

  await expect(readAll('gpt-5')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  expect(harness.standIn.requests.length).toBe(before);
});

test('text completions are answered as well', async () => {
  harness.standIn.behave({ kind: 'answer', text: 'Sunny.' });
  const { choices } = await harness.directClient.completions.create({ model: cheapModel, prompt: 'Paris is' });

  expect(choices[0]?.text).toBe('Sunny.');
});
