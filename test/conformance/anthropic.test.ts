import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { cheapModel as model } from '../support/harness.ts';
import { messagesTargets, type MessagesTarget } from './messages-targets.ts';

type Message = Anthropic.Message;
type Params = Anthropic.MessageCreateParamsNonStreaming;

const question: Anthropic.MessageParam = { role: 'user', content: 'Where is it warmer, in Paris or in Rome?' };
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** Any base64 does for the stand-in. */
const signature = 'c3RhbmQtaW4=';

const weather: Anthropic.Tool = {
  name: 'weather',
  description: 'How warm it is.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock: Anthropic.Tool = { name: 'clock', input_schema: { type: 'object' } };
const textOf = (message: Message) => message.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));

describe.each(messagesTargets)("Anthropic's client against the $name", ({ start }) => {
  let target: MessagesTarget;
  let client: Anthropic;

  beforeAll(async () => {
    target = await start();
    client = new Anthropic({ baseURL: target.baseURL, apiKey: 'any', maxRetries: 0 });
  });

  afterAll(async () => {
    await target.stop();
  });

  /** Asks whole or streamed; both must say the same. */
  const ask = (fields: Partial<Params>, stream: boolean): Promise<Message> => {
    const params: Params = { model, max_tokens: 4000, messages: [question], ...fields };
    return stream ? client.messages.stream(params).finalMessage() : client.messages.create(params);
  };

  describe.each([{ stream: false }, { stream: true }])('stream: $stream', ({ stream }) => {
    test('an answer comes with its model, reason and usage', async () => {
      target.behave([{ kind: 'answer', text: 'In Rome.', usage: { input_tokens: 12, output_tokens: 5 } }]);
      const message = await ask({ system: 'Be brief.' }, stream);

      expect(message).toMatchObject({
        type: 'message',
        role: 'assistant',
        model,
        content: [{ type: 'text', text: 'In Rome.' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 12, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 5 },
      });
      expect(message.id).toMatch(/^msg_/);
      expect(target.prompts()).toMatchObject([{ system: ['Be brief.'], max_tokens: 4000 }]);
    });

    test('a loop of three rounds with tools carries every call and result', async () => {
      target.behave([
        {
          kind: 'answer',
          text: 'Let me see.',
          toolUses: [{ id: 'toolu_1', name: 'weather', input: { city: 'Paris' } }],
        },
        {
          kind: 'answer',
          toolUses: [
            { id: 'toolu_2', name: 'weather', input: { city: 'Rome' } },
            { id: 'toolu_3', name: 'clock', input: {} },
          ],
        },
        { kind: 'answer', text: 'Rome is warmer.' },
      ]);
      const messages: Anthropic.MessageParam[] = [question];
      let last: Message;
      for (;;) {
        last = await ask({ messages, tools: [weather, clock] }, stream);
        if (last.stop_reason !== 'tool_use') break;
        const calls = last.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []));
        messages.push(
          { role: 'assistant', content: last.content },
          {
            role: 'user',
            content: calls.map(({ id, name, input }) => ({
              type: 'tool_result',
              tool_use_id: id,
              content: [{ type: 'text', text: `${name} of ${JSON.stringify(input)}` }],
            })),
          },
        );
      }

      expect(textOf(last)).toEqual(['Rome is warmer.']);
      const prompts = target.prompts();
      expect(prompts.map(({ tools }) => tools)).toEqual(Array(3).fill([weather, clock]));
      const result = (id: string, text: string) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: [{ type: 'text', text }],
      });
      expect(prompts[2]?.messages).toEqual([
        { role: 'user', content: [question.content] },
        {
          role: 'assistant',
          content: ['Let me see.', { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Paris' } }],
        },
        { role: 'user', content: [result('toolu_1', 'weather of {"city":"Paris"}')] },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'toolu_2', name: 'weather', input: { city: 'Rome' } },
            { type: 'tool_use', id: 'toolu_3', name: 'clock', input: {} },
          ],
        },
        { role: 'user', content: [result('toolu_2', 'weather of {"city":"Rome"}'), result('toolu_3', 'clock of {}')] },
      ]);
    });

    test('thinking comes signed, and goes back to where it stood', async () => {
      target.behave([
        {
          kind: 'answer',
          thinking: ['Hm, ', 'let me see.'],
          text: 'Wait.',
          toolUses: [{ id: 'toolu_9', name: 'clock', input: {} }],
        },
        { kind: 'answer', text: 'Noon.' },
      ]);
      const fields: Partial<Params> = { tools: [clock], thinking: { type: 'enabled', budget_tokens: 2345 } };
      const first = await ask(fields, stream);
      expect(first.content).toMatchObject([
        { type: 'thinking', thinking: 'Hm, let me see.', signature },
        { type: 'text', text: 'Wait.' },
        { type: 'tool_use', id: 'toolu_9', name: 'clock', input: {} },
      ]);

      const result: Anthropic.ToolResultBlockParam = { type: 'tool_result', tool_use_id: 'toolu_9', content: 'noon' };
      const messages: Anthropic.MessageParam[] = [
        question,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [result] },
      ];
      await ask({ ...fields, messages }, stream);
      const prompts = target.prompts();
      expect(prompts[1]?.messages[1]).toEqual({
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm, let me see.', signature },
          'Wait.',
          { type: 'tool_use', id: 'toolu_9', name: 'clock', input: {} },
        ],
      });
      for (const { thinking } of prompts) expect(thinking).toMatchObject({ type: 'enabled', budget_tokens: 2345 });
    });

    test('a search of the API’s own that is paused goes on, with what was found and cited', async () => {
      const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', caller: { type: 'direct' } };
      const found = {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        caller: { type: 'direct' },
        content: [
          { type: 'web_search_result', url: 'https://a.b', title: 'Rome', encrypted_content: 'x', page_age: null },
        ],
      };
      const citation = {
        type: 'web_search_result_location',
        url: 'https://a.b',
        title: 'Rome',
        encrypted_index: 'y',
        cited_text: '30 degrees',
      };
      const usage = { server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } };
      const query = ['{"query":', '"Rome"}'].map((partial_json) => ({ type: 'input_json_delta', partial_json }));
      target.behave([
        {
          kind: 'answer',
          blocks: [{ start: { ...search, input: {} }, deltas: query }, { start: found }],
          stopReason: 'pause_turn',
          usage,
        },
        {
          kind: 'answer',
          blocks: [
            {
              start: { type: 'text', text: '', citations: [] },
              deltas: [
                { type: 'text_delta', text: 'In ' },
                { type: 'citations_delta', citation },
                { type: 'text_delta', text: 'Rome.' },
              ],
            },
          ],
        },
      ]);
      const tools: Anthropic.ToolUnion[] = [{ type: 'web_search_20250305', name: 'web_search', max_uses: 1 }];
      const paused = await ask({ tools }, stream);
      const blocks = [{ ...search, input: { query: 'Rome' } }, found];
      expect(paused).toMatchObject({ content: blocks, stop_reason: 'pause_turn', usage });

      const messages: Anthropic.MessageParam[] = [question, { role: 'assistant', content: paused.content }];
      const message = await ask({ tools, messages }, stream);
      expect(message).toMatchObject({
        content: [{ type: 'text', text: 'In Rome.', citations: [citation] }],
        stop_reason: 'end_turn',
      });
      const prompts = target.prompts();
      expect(prompts.map((prompt) => prompt.tools)).toEqual([tools, tools]);
      expect(prompts[1]?.messages).toEqual([
        { role: 'user', content: [question.content] },
        { role: 'assistant', content: blocks },
      ]);
    });

    test('a stop sequence ends the answer and is named', async () => {
      const answer: Answer = { kind: 'answer', text: 'one two ', stopReason: 'stop_sequence', stopSequence: 'three' };
      target.behave([answer]);
      const stop_sequences = ['three', 'vier', 'cinq', 'sei', 'seven'];
      const message = await ask({ stop_sequences }, stream);

      expect(message).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'three' });
      expect(textOf(message)).toEqual(['one two ']);
      expect(target.prompts()).toMatchObject([{ stop_sequences }]);
    });

    test.each(['max_tokens', 'refusal', 'model_context_window_exceeded'])(
      'the reason %s is told',
      async (stopReason) => {
        target.behave([{ kind: 'answer', text: 'Well', stopReason }]);
        expect(await ask({}, stream)).toMatchObject({ stop_reason: stopReason, content: [{ text: 'Well' }] });
      },
    );

    test.each([
      [400, Anthropic.BadRequestError, 'invalid_request_error', 'messages.0: is odd'],
      [404, Anthropic.NotFoundError, 'not_found_error', undefined],
      [429, Anthropic.RateLimitError, 'rate_limit_error', undefined],
      [529, Anthropic.APIError, 'overloaded_error', undefined],
    ] as const)('a failure with status %i is thrown as the class it has', async (status, ErrorClass, type, message) => {
      target.behave([{ kind: 'error', status, ...(message !== undefined && { message }) }]);
      const failure: unknown = await ask({}, stream).catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(ErrorClass);
      expect(failure).toMatchObject({ status, type, error: { type: 'error', error: { type } } });
      const { requestID, error } = failure as InstanceType<typeof Anthropic.APIError>;
      expect(requestID).toMatch(/^req_/);
      expect(error).toMatchObject({ request_id: requestID });
      if (message !== undefined) expect((failure as Error).message).toContain(message);
    });
  });

  test('pictures, documents and findings reach the model as the blocks they are', async () => {
    target.behave([{ kind: 'answer' }]);
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQ=' },
        title: 'A contract',
        context: 'Signed.',
        citations: { enabled: true },
      },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a piece' }] } },
      { type: 'search_result', source: 'https://example.com', title: 'Found', content: [{ type: 'text', text: 'it' }] },
    ];
    await ask({ messages: [{ role: 'user', content: [...content, { type: 'text', text: 'What is it?' }] }] }, false);

    expect(target.prompts()[0]?.messages).toEqual([{ role: 'user', content: [...content, 'What is it?'] }]);
  });

  test('the events are those of the API, in its order', async () => {
    target.behave([{ kind: 'answer', thinking: 'Hm.', text: 'Yes.', toolUses: [{ name: 'clock', input: { a: 1 } }] }]);
    const types: string[] = [];
    const stream = await client.messages.create({
      model,
      max_tokens: 4000,
      messages: [question],
      tools: [clock],
      thinking: { type: 'enabled', budget_tokens: 1024 },
      stream: true,
    });
    for await (const event of stream) {
      types.push(event.type === 'content_block_delta' ? `${event.index} ${event.delta.type}` : event.type);
    }
    const block = (...deltas: string[]) => ['content_block_start', ...deltas, 'content_block_stop'];
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'message_start',
      ...block('0 thinking_delta', '0 signature_delta'),
      ...block('1 text_delta'),
      ...block('2 input_json_delta'),
      'message_delta',
      'message_stop',
    ]);
  });

  test('a failure in a stream that has begun is thrown with its type', async () => {
    target.behave([{ kind: 'answer', deltas: ['one ', 'two '], errorAfterDeltas: 1, deltaEveryMs: 60 }]);
    const failure: unknown = await ask({}, true).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Anthropic.APIError);
    expect((failure as { type: string }).type).toMatch(/^(overloaded|api)_error$/);
  });

  test('an answer that is aborted ends as an abort', async () => {
    target.behave([{ kind: 'answer', deltas: ['one '], hangAfterDeltas: 1 }]);
    const stream = client.messages.stream({ model, max_tokens: 100, messages: [question] });
    stream.on('text', () => {
      stream.abort();
    });

    await expect(stream.finalMessage()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
  });

  test('a prompt is counted without asking the model', async () => {
    target.behave([{ kind: 'answer' }]);
    const short = await client.messages.countTokens({ model, messages: [question] });
    const long = await client.messages.countTokens({
      model,
      messages: [{ role: 'user', content: 'word '.repeat(1000) }],
    });

    expect(short.input_tokens).toBeGreaterThan(5);
    expect(long.input_tokens - short.input_tokens).toBeGreaterThan(1000);
    expect(target.prompts()).toEqual([]);
  });
});
