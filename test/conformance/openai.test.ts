import OpenAI, { APIUserAbortError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { model, targets, type Target } from './targets.ts';

const messages = [{ role: 'user' as const, content: 'What is the capital of France?' }];
const usage = { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 };

describe.each(targets)('the official client against the $name', ({ start }) => {
  let target: Target;
  let client: OpenAI;

  beforeAll(async () => {
    target = await start();
    client = new OpenAI({ baseURL: target.baseURL, apiKey: 'any', maxRetries: 0 });
  });

  afterAll(async () => {
    await target.stop();
  });

  test('puts a streamed text together, piece by piece, with the usage that it asked for', async () => {
    target.script([{ text: 'Paris is the capital of France.' }]);
    const stream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    const snapshots: string[] = [];
    stream.on('content.delta', ({ snapshot }) => snapshots.push(snapshot));
    const done: string[] = [];
    stream.on('content.done', ({ content }) => done.push(content));
    const completion = await stream.finalChatCompletion();

    expect(snapshots.length).toBeGreaterThan(1);
    expect(snapshots.at(-1)).toBe('Paris is the capital of France.');
    expect(done).toEqual(['Paris is the capital of France.']);
    expect(completion).toMatchObject({
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'Paris is the capital of France.', refusal: null },
        },
      ],
      usage,
    });
  });

  test('gets no usage that it did not ask for, so that each chunk has a choice', async () => {
    target.script([{ text: 'Paris.' }]);
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    const choices: number[] = [];
    for await (const chunk of stream) {
      choices.push(chunk.choices.length);
      expect(chunk.usage ?? null).toBeNull();
    }

    expect(new Set(choices)).toEqual(new Set([1]));
  });

  test('gets reasoning under both of its names', async () => {
    target.script([{ thinking: 'Capitals are easy.', text: 'Paris.' }]);
    const stream = await client.chat.completions.create({ model, messages, reasoning_effort: 'low', stream: true });
    const said = { content: '', reasoning: '', reasoning_content: '' };
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta as Partial<typeof said>;
      said.content += delta.content ?? '';
      said.reasoning += delta.reasoning ?? '';
      said.reasoning_content += delta.reasoning_content ?? '';
    }

    const thought = 'Capitals are easy.';
    expect(said).toEqual({ content: 'Paris.', reasoning: thought, reasoning_content: thought });
  });

  test('gets several answers, whole', async () => {
    target.script([{ text: 'Paris.' }, { text: 'Paris!' }]);
    const { choices } = await client.chat.completions.create({ model, messages, n: 2 });

    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual(['stop', 'stop']);
    expect(choices.map(({ message }) => message.content).sort()).toEqual(['Paris!', 'Paris.']);
  });

  test('gets several answers, streamed', async () => {
    target.script([{ text: 'It is Paris.' }, { text: 'Paris, I think.' }]);
    const { choices } = await client.chat.completions.stream({ model, messages, n: 2 }).finalChatCompletion();

    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual(['stop', 'stop']);
    expect(choices.map(({ message }) => message.content).sort()).toEqual(['It is Paris.', 'Paris, I think.']);
  });

  test.each([
    ['a word', 'END', 'Paris. END of it.', 'Paris. '],
    ['a blank line', '\n\n', 'Paris.\n\nLondon.', 'Paris.'],
    ['the first of two', ['Rome', 'London'], 'Paris, London, Rome', 'Paris, '],
  ])('gets a text up to the stop sequence: %s', async (_title, stop, text, expected) => {
    target.script([{ text }, { text }]);
    const whole = await client.chat.completions.create({ model, messages, stop });
    const streamed = await client.chat.completions.stream({ model, messages, stop }).finalChatCompletion();

    for (const { choices } of [whole, streamed]) {
      expect(choices[0]).toMatchObject({ message: { content: expected }, finish_reason: 'stop' });
    }
  });

  test('has the model itself stop, and no text after that paid for', async () => {
    target.script([{ text: 'Paris. END of it.' }]);
    await client.chat.completions.create({ model, messages, stop: ['END', 'FIN'] });

    expect(target.requests()).toMatchObject([{ stops: ['END', 'FIN'] }]);
  });

  test('leaves nothing at work when it aborts a stream', async () => {
    target.script([{ text: 'Once upon a time', hangs: true }]);
    const stream = client.chat.completions.stream({ model, messages });
    const aborted = expect(stream.finalChatCompletion()).rejects.toThrow(APIUserAbortError);
    await stream.emitted('content');
    expect(await target.isBusy()).toBe(true);
    stream.abort();

    await aborted;
    await expect.poll(() => target.isBusy()).toBe(false);
  });

  test('leaves nothing at work when it aborts before the first word', async () => {
    target.script([{ hangs: true }]);
    const controller = new AbortController();
    const asked = client.chat.completions.create({ model, messages }, { signal: controller.signal });
    const aborted = expect(asked).rejects.toThrow(APIUserAbortError);
    await expect.poll(() => target.requests().length).toBe(1);
    controller.abort();

    await aborted;
    await expect.poll(() => target.isBusy()).toBe(false);
  });
});
