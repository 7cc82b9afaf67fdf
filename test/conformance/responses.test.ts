import { APIError, BadRequestError, NotFoundError, type OpenAI } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type {
  FunctionTool,
  Response,
  ResponseInputItem,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { structured } from '../support/structured-answer.ts';
import { cheapModel as model, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

let harness: Harness;
let client: OpenAI;

beforeAll(async () => {
  harness = await startHarness();
  ({ client } = harness);
});

afterAll(async () => {
  await harness.stop();
});

const input = 'What is the capital of France?';
const says = (text: string, more: Partial<Answer> = {}): Answer => ({
  kind: 'answer',
  text,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 7 },
  ...more,
});
const weather: FunctionTool = {
  type: 'function',
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: null,
};
const paris = { id: 'toolu_paris', name: 'mcp__client__weather', input: { city: 'Paris' } };
const callsWeather: Answer = {
  kind: 'answer',
  thinking: ['I should ', 'look.'],
  text: 'Let me see.',
  toolUses: [paris],
};
const thought = { type: 'thinking', thinking: 'I should look.', signature: 'c3RhbmQtaW4=' };
const result = { type: 'function_call_output' as const, call_id: paris.id, output: '21 degrees' };
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const lastRequest = () => harness.standIn.requests.at(-1);

/** The whole loop as the model must have seen it. */
const loop = [
  { role: 'user', content: [input] },
  { role: 'assistant', content: [thought, 'Let me see.', { type: 'tool_use', ...paris }] },
  { role: 'user', content: [expect.objectContaining({ type: 'tool_result', tool_use_id: paris.id })] },
];

describe('an answer', () => {
  test('comes whole', async () => {
    harness.standIn.behave(says('Paris.'));
    const response = await client.responses.create({
      model,
      input,
      instructions: 'Be brief.',
      metadata: { room: 'kitchen' },
      max_output_tokens: 500,
    });

    expect(response).toMatchObject({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/) as string,
      object: 'response',
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      metadata: { room: 'kitchen' },
      output_text: 'Paris.',
      output: [{ type: 'message', role: 'assistant', status: 'completed' }],
      usage: {
        input_tokens: 15,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 22,
      },
    });
    expect(response.output[0]?.id).toMatch(/^msg_/);
    expect(systemOf(lastRequest())).toEqual(['Be brief.']);
    expect(upstreamBody(lastRequest()).max_tokens).toBe(500);
  });

  test('comes in events that the client puts together to the same', async () => {
    harness.standIn.behave(says('Paris is the capital.'));
    const stream = client.responses.stream({ model, input });
    const events: ResponseStreamEvent[] = [];
    const deltas: string[] = [];
    stream.on('event', (event) => events.push(event));
    stream.on('response.output_text.delta', ({ delta }) => deltas.push(delta));
    const final = await stream.finalResponse();

    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe('Paris is the capital.');
    expect(final).toMatchObject({ status: 'completed', output_text: 'Paris is the capital.' });
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const stored = await client.responses.retrieve(final.id);
    expect(final.output).toMatchObject(stored.output);
    expect(stored.usage).toEqual(final.usage);
  });

  test('is cut at max_output_tokens, and says so', async () => {
    harness.standIn.behave(says('Paris is', { stopReason: 'max_tokens' }));
    const whole = await client.responses.create({ model, input });
    expect(whole).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    const streamed = await client.responses.stream({ model, input }).finalResponse();
    expect(streamed).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ status: 'incomplete' }],
    });
  });

  test('that is refused is incomplete as well', async () => {
    harness.standIn.behave(says('', { stopReason: 'refusal' }));
    const response = await client.responses.create({ model, input });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } });
  });

  test('has the form that was asked for', async () => {
    harness.standIn.behave((asked) => ({ kind: 'answer', ...structured(asked, { city: 'Paris' }) }));
    const format = zodTextFormat(z.object({ city: z.string() }), 'capital');
    const parsed = await client.responses.parse({ model, input, text: { format } });
    expect(parsed.output_parsed).toEqual({ city: 'Paris' });
    const streamed = await client.responses.stream({ model, input, text: { format } }).finalResponse();
    expect(streamed.output_parsed).toEqual({ city: 'Paris' });
  });

  test('tells a refusal to give that form as one', async () => {
    harness.standIn.behave(says('I would rather not.', { stopReason: 'refusal' }));
    const format = zodTextFormat(z.object({ city: z.string() }), 'capital');
    const { output, output_parsed } = await client.responses.parse({ model, input, text: { format } });
    expect(output_parsed).toBeNull();
    expect(output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'I would rather not.' }] }]);
  });
});

describe('images and files', () => {
  test('reach the model as they are', async () => {
    harness.standIn.behave(says('A cat.'));
    const content: ResponseInputItem.Message['content'] = [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'auto' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' },
    ];
    await client.responses.create({ model, input: [{ role: 'user', content }] });

    expect(conversationOf(lastRequest())).toEqual([
      {
        role: 'user',
        content: [
          'What is this?',
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' },
            title: 'a.pdf',
          },
        ],
      },
    ]);
  });
});

describe('a loop with a tool', () => {
  const asks = { model, tools: [weather], reasoning: { effort: 'low' as const } };

  test.each([{ stream: false }, { stream: true }])(
    'goes on from the response before (stream: $stream)',
    async (way) => {
      harness.standIn.behave(callsWeather);
      const first = await answer({ ...asks, input }, way.stream);
      expect(first.output).toMatchObject([
        { type: 'reasoning', summary: [] },
        { type: 'message', content: [{ text: 'Let me see.' }] },
        {
          type: 'function_call',
          call_id: paris.id,
          name: 'weather',
          arguments: '{"city":"Paris"}',
          status: 'completed',
        },
      ]);
      expect(first.output[0]).not.toHaveProperty('encrypted_content');
      harness.standIn.behave(says('21 degrees.'));
      const second = await answer({ ...asks, input: [result], previous_response_id: first.id }, way.stream);

      expect(second).toMatchObject({ output_text: '21 degrees.', previous_response_id: first.id });
      expect(conversationOf(lastRequest())).toEqual(loop);
      expect(upstreamBody(lastRequest()).thinking?.type).toBe('enabled');

      await answer({ ...asks, input: 'Thanks!', instructions: 'Anew.', previous_response_id: second.id }, way.stream);
      expect(conversationOf(lastRequest())).toMatchObject([
        ...loop,
        { role: 'assistant', content: ['21 degrees.'] },
        { role: 'user', content: ['Thanks!'] },
      ]);
      expect(systemOf(lastRequest())).toEqual(['Anew.']);
    },
  );

  test('keeps its thinking without anything stored, even through another harness', async () => {
    harness.standIn.behave(callsWeather);
    const stateless = { ...asks, store: false, include: ['reasoning.encrypted_content' as const] };
    const first = await client.responses.create({ ...stateless, input });
    const [reasoning] = first.output as ResponseReasoningItem[];
    expect(reasoning?.encrypted_content).toMatch(/^claude1\./);
    expect(reasoning?.encrypted_content).not.toContain('I should look');
    await expect(client.responses.retrieve(first.id)).rejects.toThrow(NotFoundError);

    // Its memory knows nothing of the call: what comes back upstream comes from the item.
    const other = await startHarness(says('21 degrees.'));
    try {
      const history: ResponseInputItem[] = [
        { role: 'user', content: input },
        ...(first.output as ResponseInputItem[]),
        result,
      ];
      const second = await other.client.responses.create({ ...stateless, input: history });
      expect(second.output_text).toBe('21 degrees.');
      const upstream = other.standIn.requests.at(-1);
      expect(conversationOf(upstream)).toEqual(loop);
      expect(upstreamBody(upstream).thinking?.type).toBe('enabled');
    } finally {
      await other.stop();
    }
  });

  test('shows the thinking as a summary where that is asked for', async () => {
    harness.standIn.behave(callsWeather);
    const stream = client.responses.stream({ ...asks, input, reasoning: { effort: 'low', summary: 'auto' } });
    const deltas: string[] = [];
    stream.on('response.reasoning_summary_text.delta', ({ delta }) => deltas.push(delta));
    const { output } = await stream.finalResponse();
    expect(deltas.join('')).toBe('I should look.');
    expect(output[0]).toMatchObject({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'I should look.' }] });
  });

  test('has the call come that was asked for', async () => {
    harness.standIn.behave({ kind: 'answer', toolUses: [paris] });
    const tool_choice = { type: 'function' as const, name: 'weather' };
    await client.responses.create({ model, input, tools: [weather], tool_choice, parallel_tool_calls: false });
    expect(upstreamBody(lastRequest()).tool_choice).toEqual({
      type: 'tool',
      name: 'mcp__client__weather',
      disable_parallel_tool_use: true,
    });
  });
});

async function answer(body: OpenAI.Responses.ResponseCreateParamsNonStreaming, stream: boolean): Promise<Response> {
  return stream ? client.responses.stream({ ...body, stream: true }).finalResponse() : client.responses.create(body);
}

describe('a stored response', () => {
  test('can be read, listed and deleted', async () => {
    harness.standIn.behave(says('Paris.'));
    const items = ['One.', 'Two.', 'Three.'].map((content) => ({ role: 'user' as const, content }));
    const { id } = await client.responses.create({ model, input: items });
    const listed: unknown[] = [];
    for await (const item of client.responses.inputItems.list(id, { limit: 2, order: 'asc' })) listed.push(item);
    expect(listed).toMatchObject(
      items.map(({ content }) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text: content }] })),
    );
    expect(
      (await client.responses.inputItems.list(id)).data.map((item) => 'content' in item && item.content),
    ).toMatchObject([[{ text: 'Three.' }], [{ text: 'Two.' }], [{ text: 'One.' }]]);

    await client.responses.delete(id);
    await expect(client.responses.retrieve(id)).rejects.toThrow(NotFoundError);
    await expect(client.responses.delete(id)).rejects.toThrow(NotFoundError);
    const next = client.responses.create({ model, input: 'And?', previous_response_id: id });
    await expect(next).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  });
});

describe('a background response', () => {
  const untilOver = async (id: string): Promise<Response> => {
    await expect.poll(async () => (await client.responses.retrieve(id)).status).not.toMatch(/queued|in_progress/);
    return client.responses.retrieve(id);
  };

  test('is queued at once and there later', async () => {
    harness.standIn.behave(says('Paris.'));
    const queued = await client.responses.create({ model, input, background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    expect(await untilOver(queued.id)).toMatchObject({ status: 'completed', output_text: 'Paris.' });
    expect(await client.responses.cancel(queued.id)).toMatchObject({ status: 'completed', id: queued.id });
  });

  test('can be cancelled, and leaves nothing at work', async () => {
    harness.standIn.behave(says('', { deltas: ['Once '], hangAfterDeltas: 1 }));
    const { id } = await client.responses.create({ model, input, background: true });
    await expect.poll(async () => (await client.responses.retrieve(id)).status).toBe('in_progress');
    expect(await client.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    expect(await client.responses.cancel(id)).toMatchObject({ id, status: 'cancelled' });
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'cancelled' });
    await expect.poll(() => harness.allWait()).toBe(true);
  });

  test('can be followed, left, and followed on', async () => {
    harness.standIn.behave(says('Paris is the capital of France.'));
    const stream = await client.responses.create({ model, input, background: true, stream: true });
    let id = '';
    let last = -1;
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      last = event.sequence_number;
      if (event.type === 'response.output_text.delta') break;
    }
    const rest = await client.responses.retrieve(id, { stream: true, starting_after: last });
    const events: ResponseStreamEvent[] = [];
    for await (const event of rest) events.push(event);
    expect(events[0]?.sequence_number).toBe(last + 1);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
    const again = await client.responses.stream({ response_id: id }).finalResponse();
    expect(again.output_text).toBe('Paris is the capital of France.');
  });

  test('is ended with the service, and leaves no process', async () => {
    const other = await startHarness(says('', { deltas: ['Once '], hangAfterDeltas: 1 }), {
      limits: { shutdown_grace: 50 },
    });
    try {
      const { id } = await other.client.responses.create({ model, input, background: true });
      await expect.poll(async () => (await other.client.responses.retrieve(id)).status).toBe('in_progress');
      await other.service.stop();
      expect(other.processes()).toBe(0);
      expect(other.log.lines).toContainEqual(
        expect.objectContaining({ fields: expect.objectContaining({ response_id: id, error: 'DRAINING' }) as unknown }),
      );
    } finally {
      await other.stop();
    }
  });

  test('that fails says why', async () => {
    harness.standIn.behave({ kind: 'error', status: 400, message: 'No such thing.' });
    const { id } = await client.responses.create({ model, input, background: true });
    const failed = await untilOver(id);
    expect(failed).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('No such thing.') as string },
    });
  });
});

describe('a failure', () => {
  test('before the answer has its own status, streamed or not', async () => {
    harness.standIn.behave({ kind: 'error', status: 400, message: 'No such thing.' });
    await expect(client.responses.create({ model, input })).rejects.toThrow(BadRequestError);
    await expect(client.responses.create({ model, input, stream: true })).rejects.toThrow(BadRequestError);
    const choice = { type: 'file_search' as const };
    const tools = [{ ...choice, vector_store_ids: [] }];
    await expect(client.responses.create({ model, input, tools, tool_choice: choice })).rejects.toMatchObject({
      status: 400,
      param: 'tool_choice.type',
    });
    const conversation = 'conv_1';
    await expect(client.responses.create({ model, input, conversation })).rejects.toMatchObject({
      status: 400,
      param: 'conversation',
    });
  });

  test('within an answer fails the response, and the client', async () => {
    harness.standIn.behave(says('', { deltas: ['Once ', 'upon '], errorAfterDeltas: 2 }));
    const stream = await client.responses.create({ model, input, stream: true });
    const events: ResponseStreamEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const event of stream) events.push(event);
    };
    await expect(read()).rejects.toThrow(APIError);
    const last = events.at(-1);
    expect(last).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'overloaded' } },
    });
    const { id } = (last as { response: Response }).response;
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'failed', output_text: 'Once upon ' });
  });
});
