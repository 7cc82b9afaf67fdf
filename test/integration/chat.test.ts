import { APIError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pdf = 'JVBERi0xLjQKJSBhIHNtYWxsIGRvY3VtZW50Cg==';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness(undefined, { models: { aliases: { 'gpt-4o': cheapModel } } });
});

afterAll(async () => {
  await harness.stop();
});

beforeEach(() => {
  harness.standIn.behave({ kind: 'answer', text: 'Paris is the capital.', usage: { output_tokens: 7 } });
});

const hello = [{ role: 'user' as const, content: 'Hello there' }];
const lastRequest = () => harness.standIn.requests.at(-1);

describe('the answer', () => {
  test('comes whole without stream', async () => {
    const completion = await harness.client.chat.completions.create({ model: cheapModel, messages: hello });

    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: cheapModel,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Paris is the capital.', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: { completion_tokens: 7 },
    });
  });

  test('comes in pieces with stream, and the official client can put them together', async () => {
    const stream = harness.client.chat.completions.stream({
      model: cheapModel,
      messages: hello,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on('content', (piece) => pieces.push(piece));
    const completion = await stream.finalChatCompletion();

    expect(pieces.join('')).toBe('Paris is the capital.');
    expect(pieces.length).toBeGreaterThan(1);
    expect(completion.choices[0]?.message.content).toBe('Paris is the capital.');
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(completion.usage?.completion_tokens).toBe(7);
  });

  test('counts the cache in the usage, streamed or not', async () => {
    harness.standIn.behave({
      kind: 'answer',
      text: 'ok',
      usage: { input_tokens: 10, cache_creation_input_tokens: 200, cache_read_input_tokens: 3000, output_tokens: 2 },
    });
    const usage = {
      prompt_tokens: 3210,
      completion_tokens: 2,
      total_tokens: 3212,
      prompt_tokens_details: { cached_tokens: 3000 },
    };
    const whole = await harness.client.chat.completions.create({ model: cheapModel, messages: hello });
    const stream = harness.client.chat.completions.stream({
      model: cheapModel,
      messages: hello,
      stream_options: { include_usage: true },
    });

    expect(whole.usage).toMatchObject(usage);
    expect((await stream.finalChatCompletion()).usage).toMatchObject(usage);
  });

  test('names the model that served it, not the one asked for', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'ok', model: 'claude-newer-5' });
    const completion = await harness.client.chat.completions.create({ model: 'gpt-4o', messages: hello });

    expect(upstreamBody(lastRequest()).model).toBe(cheapModel);
    expect(completion.model).toBe('claude-newer-5');
  });

  test('keeps every character, astral ones and line breaks included', async () => {
    const text = 'Ünïcödé 🦜 "quotes" \\ back\n\n\ttab \u2028 end';
    harness.standIn.behave({ kind: 'answer', deltas: Array.from(text) });
    const completion = await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [{ role: 'user', content: text }],
    });

    expect(completion.choices[0]?.message.content).toBe(text);
    expect(conversationOf(lastRequest())).toEqual([{ role: 'user', content: [text] }]);
  });

  test('of a model that ran into max_tokens ends there, and the CLI asks for no more', async () => {
    harness.standIn.behave([{ kind: 'answer', text: 'cut', stopReason: 'max_tokens' }, { kind: 'hang' }]);
    const before = harness.standIn.requests.length;
    const completion = await harness.client.chat.completions.create({
      model: cheapModel,
      messages: hello,
      max_completion_tokens: 256,
    });

    expect(completion.choices[0]).toMatchObject({ message: { content: 'cut' }, finish_reason: 'length' });
    expect(upstreamBody(harness.standIn.requests[before]).max_tokens).toBe(256);
    // The CLI goes on by itself, up to three times, unless it is ended; what it has begun by then is cut off.
    await expect.poll(() => harness.allWait()).toBe(true);
    const more = harness.standIn.requests.slice(before + 1);
    expect(more.length).toBeLessThanOrEqual(1);
    expect(await Promise.all(more.map(({ closedEarly }) => closedEarly))).toEqual(more.map(() => true));
  });

  test('of a model that refused is an answer with the reason content_filter', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'I will', stopReason: 'refusal' });
    const completion = await harness.client.chat.completions.create({ model: cheapModel, messages: hello });

    expect(completion.choices[0]).toMatchObject({ message: { content: 'I will' }, finish_reason: 'content_filter' });
  });

  test('with thinking keeps it out of the content', async () => {
    harness.standIn.behave({ kind: 'answer', thinking: ['Let me ', 'think.'], text: 'Four.' });
    const completion = await harness.client.chat.completions.create({
      model: cheapModel,
      messages: hello,
      reasoning_effort: 'low',
    });

    expect(completion.choices[0]?.message).toMatchObject({
      content: 'Four.',
      reasoning_content: 'Let me think.',
      reasoning: 'Let me think.',
    });
  });
});

describe('the conversation reaches the API', () => {
  test('with its true roles', async () => {
    await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Speak French.' }] },
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: 'Hello Ada.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'First.' },
            { type: 'text', text: ' Second.  ' },
          ],
        },
      ],
    });

    expect(systemOf(lastRequest())).toEqual(['Be brief.\n\nSpeak French.']);
    expect(conversationOf(lastRequest())).toEqual([
      { role: 'user', content: ['My name is Ada.'] },
      { role: 'assistant', content: ['Hello Ada.'] },
      { role: 'user', content: ['First.', ' Second.  '] },
    ]);
  });

  test('without a system prompt of the CLI’s own', async () => {
    await harness.client.chat.completions.create({ model: cheapModel, messages: hello });

    expect(systemOf(lastRequest())).toEqual([]);
  });

  test('in order when it is long', async () => {
    const turns = Array.from({ length: 30 }, (_, index) => [
      { role: 'user' as const, content: `question ${index}` },
      { role: 'assistant' as const, content: `answer ${index}` },
    ]).flat();
    await harness.client.chat.completions.create({ model: cheapModel, messages: [...turns, ...hello] });

    expect(conversationOf(lastRequest())).toEqual(
      [...turns, ...hello].map(({ role, content }) => ({ role, content: [content] })),
    );
  });

  test('with tool calls and their results where they were', async () => {
    await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [
        { role: 'user', content: 'Weather in Paris and Rome?' },
        {
          role: 'assistant',
          content: 'Looking.',
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
            { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_2', content: '25 C' },
        { role: 'tool', tool_call_id: 'call_1', content: '21 C' },
        { role: 'assistant', content: 'Rome is warmer.' },
        { role: 'user', content: 'Thanks.' },
      ],
    });

    expect(conversationOf(lastRequest())).toMatchObject([
      { role: 'user', content: ['Weather in Paris and Rome?'] },
      {
        role: 'assistant',
        content: [
          'Looking.',
          { type: 'tool_use', id: 'call_1', name: 'mcp__client__weather', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'call_2', name: 'mcp__client__weather', input: { city: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_2' },
          { type: 'tool_result', tool_use_id: 'call_1' },
        ],
      },
      { role: 'assistant', content: ['Rome is warmer.'] },
      { role: 'user', content: ['Thanks.'] },
    ]);
  });

  test('with images, as data and as addresses, and PDF files', async () => {
    await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.jpg' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
          ],
        },
      ],
    });

    expect(conversationOf(lastRequest())).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          'What is this?',
          { type: 'image', source: { type: 'url', url: 'https://example.com/cat.jpg' } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf }, title: 'a.pdf' },
        ],
      },
    ]);
  });

  test('when it is larger than an argument or a pipe may be', async () => {
    const long = 'All work and no play. '.repeat(15_000);
    await harness.client.chat.completions.create({
      model: cheapModel,
      messages: [
        { role: 'system', content: long },
        { role: 'user', content: long },
      ],
    });

    expect(systemOf(lastRequest())).toEqual([long]);
    expect(conversationOf(lastRequest())).toEqual([{ role: 'user', content: [long] }]);
  });
});

describe('thinking', () => {
  test('is off unless it is asked for', async () => {
    await harness.client.chat.completions.create({ model: cheapModel, messages: hello });

    expect(upstreamBody(lastRequest()).thinking).toEqual({ type: 'disabled' });
  });

  test('gets a budget that grows with the effort', async () => {
    const budgets: number[] = [];
    for (const effort of ['low', 'medium', 'high'] as const) {
      await harness.client.chat.completions.create({ model: cheapModel, messages: hello, reasoning_effort: effort });
      budgets.push(upstreamBody(lastRequest()).thinking?.budget_tokens ?? 0);
    }

    expect(budgets).toEqual([4096, 10_000, 24_000]);
  });

  test('leaves room for the answer, and gives way where there is none', async () => {
    const ask = async (maxTokens: number) => {
      await harness.client.chat.completions.create({
        model: cheapModel,
        messages: hello,
        reasoning_effort: 'high',
        max_tokens: maxTokens,
      });
      const { max_tokens, thinking } = upstreamBody(lastRequest());
      return { max_tokens, thinking };
    };

    expect(await ask(2000)).toMatchObject({ max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1600 } });
    expect(await ask(500)).toEqual({ max_tokens: 500, thinking: { type: 'disabled' } });
  });
});

describe('what is not served', () => {
  test.each([
    ['audio', { audio: { voice: 'alloy', format: 'wav' as const } }],
    ['modalities', { modalities: ['text' as const, 'audio' as const] }],
  ])('%s is refused, never dropped', async (field, extra) => {
    const before = harness.standIn.requests.length;
    const failure: unknown = await harness.client.chat.completions
      .create({ model: cheapModel, messages: hello, ...extra })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ status: 400, param: field });
    expect(harness.standIn.requests.length).toBe(before);
  });

  test('parameters that the API does not have are ignored and named', async () => {
    const { response } = await harness.client.chat.completions
      .create({ model: cheapModel, messages: hello, frequency_penalty: 0.2, seed: 7 })
      .withResponse();

    const ignored = response.headers.get('x-claude-harness-ignored');
    expect(ignored?.split(', ').sort()).toEqual(['frequency_penalty', 'seed']);
  });

  test('a model that nobody knows is 404', async () => {
    const failure: unknown = await harness.client.chat.completions
      .create({ model: 'gpt-5', messages: hello })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });
});

describe('the models', () => {
  test('are those the login can use, and the configured names', async () => {
    const ids = (await harness.client.models.list()).data.map(({ id }) => id);

    expect(ids).toEqual(expect.arrayContaining(['sonnet', 'opus', 'haiku', 'gpt-4o']));
    // The CLI's own list also says what a name stands for.
    expect(ids.some((id) => /^claude-sonnet-/.test(id))).toBe(true);
    expect(await harness.client.models.retrieve('sonnet')).toMatchObject({ id: 'sonnet', object: 'model' });
    await expect(harness.client.models.retrieve('no-such-model')).rejects.toMatchObject({ status: 404 });
  });
});
