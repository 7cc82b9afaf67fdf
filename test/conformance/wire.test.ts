import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScriptedAnswer } from './script.ts';
import { model, targets, type Target } from './targets.ts';

/**
 * The form of a stream, to the letter. The clients of the other files forgive some of what is asked for here; those in
 * other languages do not: openai-python, for one, joins the texts of a repeated role.
 */

const tools = ['weather', 'clock'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const response_format = { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } };

const calls = [
  { id: 'call_1', name: 'weather', input: { city: 'Saint-Rémy-de-Provence' } },
  { id: 'call_2', name: 'clock', input: {} },
];

const scenes: [title: string, scene: { answer: ScriptedAnswer; request: object; finish: string }][] = [
  ['a text', { answer: { text: 'Paris, I think.' }, request: {}, finish: 'stop' }],
  [
    'a text after thinking',
    { answer: { thinking: 'Hm, let me see.', text: 'Paris.' }, request: { reasoning_effort: 'low' }, finish: 'stop' },
  ],
  ['a text cut short', { answer: { text: 'Pa', stopReason: 'max_tokens' }, request: {}, finish: 'length' }],
  ['a text and two calls', { answer: { text: 'Wait.', toolCalls: calls }, request: { tools }, finish: 'tool_calls' }],
  ['two calls', { answer: { toolCalls: calls }, request: { tools }, finish: 'tool_calls' }],
  ['an object', { answer: { json: { city: 'Paris' } }, request: { response_format }, finish: 'stop' }],
  ['a refusal', { answer: { refusal: 'No, never.' }, request: {}, finish: 'content_filter' }],
  ['a refusal of an object', { answer: { refusal: 'No, never.' }, request: { response_format }, finish: 'stop' }],
];

describe.each(targets)('a stream of the $name', ({ start }) => {
  let target: Target;

  beforeAll(async () => {
    target = await start();
  });

  afterAll(async () => {
    await target.stop();
  });

  async function stream(request: object): Promise<{ frames: string[]; chunks: ChatCompletionChunk[] }> {
    const response = await fetch(`${target.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Where?' }], stream: true, ...request }),
    });
    const body = await response.text();
    expect(response.headers.get('content-type'), body).toMatch(/^text\/event-stream\b/);
    // A comment keeps the connection alive; it stands before the data of the same frame.
    const frames = body.split('\n\n').map((frame) => frame.replace(/^(:.*\n)+/, ''));
    const data = frames.filter((frame) => frame.startsWith('data: {')).map((frame) => frame.slice('data: '.length));
    return { frames, chunks: data.map((json) => JSON.parse(json) as ChatCompletionChunk) };
  }

  test.each(scenes)('%s is well-formed from the role to [DONE]', async (_title, { answer, request, finish }) => {
    target.script([answer]);
    const { frames, chunks } = await stream(request);

    expect(frames.slice(chunks.length)).toEqual(['data: [DONE]', '']);
    for (const field of ['id', 'created', 'model', 'object'] as const) {
      expect(new Set(chunks.map((chunk) => chunk[field])).size).toBe(1);
    }
    expect(chunks[0]?.object).toBe('chat.completion.chunk');
    expect(chunks.map(({ choices }) => choices.map(({ index }) => index))).toEqual(chunks.map(() => [0]));
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices[0]?.delta).toMatchObject({ role: 'assistant', content: '' });
    expect(choices.slice(1).filter(({ delta }) => delta.role !== undefined)).toEqual([]);
    expect(choices.at(-1)?.delta).toEqual({});
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual([...chunks.slice(1).map(() => null), finish]);
  });

  test('counts its tokens in a chunk of its own before [DONE], if asked', async () => {
    target.script([{ text: 'Paris.' }]);
    const { chunks } = await stream({ stream_options: { include_usage: true } });

    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 7,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
    expect(chunks.slice(0, -1).filter(({ usage }) => usage != null)).toEqual([]);
  });

  test('names each call once and then only adds to its arguments', async () => {
    target.script([{ toolCalls: calls }]);
    const { chunks } = await stream({ tools });
    const deltas = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);

    for (const [index, { id, name, input }] of calls.entries()) {
      const [first, ...rest] = deltas.filter((delta) => delta.index === index);
      expect(first).toEqual({ index, id, type: 'function', function: { name, arguments: '' } });
      const pieces = rest.map((delta) => delta.function?.arguments ?? '');
      expect(rest).toEqual(pieces.map((piece) => ({ index, function: { arguments: piece } })));
      expect(pieces.join('')).toBe(JSON.stringify(input));
    }
  });
});
