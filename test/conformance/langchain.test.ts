import { AIMessageChunk, HumanMessage, type BaseMessage, type ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { model, targets, type Target } from './targets.ts';
import { answer, clock, conversations, question, rounds, weather } from './tool-loop.ts';

const weatherTool = tool(weather, {
  name: 'weather',
  description: 'How warm it is.',
  schema: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
});
const clockTool = tool(clock, {
  name: 'clock',
  description: 'How late it is.',
  schema: z.object({ city: z.string() }),
});
const tools = [weatherTool, clockTool];

const joke = z.object({ setup: z.string(), punchline: z.string(), rating: z.number().nullable() });
const theJoke = { setup: 'Why did the “duck” cross?', punchline: 'It was the chicken’s day off. 🦆', rating: null };

const usage = { input_tokens: 10, output_tokens: 7, total_tokens: 17 };
const clockCall = { id: 'call_1', name: 'clock', input: { city: 'Rome' } };

describe.each(targets)('LangChain against the $name', ({ start }) => {
  let target: Target;
  let chat: ChatOpenAI;

  beforeAll(async () => {
    target = await start();
    chat = new ChatOpenAI({
      model,
      apiKey: 'any',
      maxRetries: 0,
      useResponsesApi: false,
      configuration: { baseURL: target.baseURL },
    });
  });

  afterAll(async () => {
    await target.stop();
  });

  test('calls bound tools', async () => {
    target.script([{ text: 'One moment.', toolCalls: [clockCall] }]);
    const message = await chat.bindTools(tools).invoke(question);

    expect(message.content).toBe('One moment.');
    expect(message.tool_calls).toMatchObject([{ id: 'call_1', name: 'clock', args: { city: 'Rome' } }]);
    expect(message.invalid_tool_calls).toEqual([]);
    expect(message.response_metadata['finish_reason']).toBe('tool_calls');
    expect(message.usage_metadata).toMatchObject(usage);
    expect(target.requests()).toMatchObject([{ tools: [{ name: 'weather' }, { name: 'clock' }], choice: 'auto' }]);
  });

  test.each([
    ['any', 'any', { choice: 'required' }],
    ['required', 'required', { choice: 'required' }],
    ['a name', 'clock', { choice: { tool: 'clock' } }],
  ])('hands on the choice of %s', async (_title, tool_choice, expected) => {
    target.script([{ toolCalls: [clockCall] }]);
    const message = await chat.bindTools(tools, { tool_choice }).invoke(question);

    expect(message.tool_calls).toMatchObject([{ name: 'clock', args: { city: 'Rome' } }]);
    expect(target.requests()).toMatchObject([expected]);
  });

  test('leads a loop of tool calls and tool messages', async () => {
    target.script(rounds);
    const bound = chat.bindTools(tools);
    const history: BaseMessage[] = [new HumanMessage(question)];
    let message = await bound.invoke(history);
    while (message.tool_calls?.length) {
      history.push(message, ...(await runTools(message)));
      message = await bound.invoke(history);
    }

    expect(message.content).toBe(answer);
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(conversations);
  });

  test('leads the same loop with streams', async () => {
    target.script(rounds);
    const bound = chat.bindTools(tools);
    const history: BaseMessage[] = [new HumanMessage(question)];
    let message = await joined(await bound.stream(history));
    while (message.tool_calls?.length) {
      history.push(message, ...(await runTools(message)));
      message = await joined(await bound.stream(history));
    }

    expect(message.content).toBe(answer);
    expect(target.requests().map(({ conversation }) => conversation)).toEqual(conversations);
  });

  test('streams tool calls in chunks, and the usage at the end', async () => {
    const calls = [clockCall, { id: 'call_2', name: 'weather', input: { city: 'Saint-Rémy', unit: 'celsius' } }];
    target.script([{ toolCalls: calls }]);
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await chat.bindTools(tools).stream(question)) chunks.push(chunk);
    const pieces = chunks.flatMap(({ tool_call_chunks }) => tool_call_chunks ?? []);
    const whole = chunks.reduce((before, chunk) => before.concat(chunk));

    expect(pieces.length).toBeGreaterThan(4);
    // Only the first piece of a call names it: LangChain would join the names.
    expect(pieces.filter(({ name }) => name !== undefined)).toMatchObject(
      calls.map(({ id, name }, index) => ({ id, name, index })),
    );
    expect(whole.tool_calls).toMatchObject(calls.map(({ id, name, input }) => ({ id, name, args: input })));
    expect(whole.usage_metadata).toMatchObject(usage);
    expect(whole.response_metadata['finish_reason']).toBe('tool_calls');
  });

  test('gives structured output by JSON schema', async () => {
    target.script([{ json: theJoke }]);
    const structured = chat.withStructuredOutput(joke, { name: 'joke', method: 'jsonSchema' });

    expect(await structured.invoke('A joke, please.')).toEqual(theJoke);
    expect(target.requests()).toMatchObject([{ schema: { required: ['setup', 'punchline', 'rating'] } }]);
  });

  test('streams structured output by JSON schema', async () => {
    target.script([{ json: theJoke }]);
    const structured = chat.withStructuredOutput(joke, { name: 'joke', method: 'jsonSchema' });
    const objects: unknown[] = [];
    for await (const object of await structured.stream('A joke, please.')) objects.push(object);

    expect(objects.at(-1)).toEqual(theJoke);
  });

  test('gives structured output by JSON mode', async () => {
    target.script([{ json: theJoke }]);
    const structured = chat.withStructuredOutput(joke, { name: 'joke', method: 'jsonMode' });

    expect(await structured.invoke('A joke, as JSON.')).toEqual(theJoke);
  });

  test('gives structured output by function calling', async () => {
    target.script([{ toolCalls: [{ id: 'call_1', name: 'joke', input: theJoke }] }]);
    const structured = chat.withStructuredOutput(joke, { name: 'joke', method: 'functionCalling' });

    expect(await structured.invoke('A joke, please.')).toEqual(theJoke);
    expect(target.requests()).toMatchObject([
      {
        choice: { tool: 'joke' },
        tools: [{ name: 'joke', parameters: { properties: { setup: { type: 'string' } } } }],
      },
    ]);
  });

  test('reads reasoning, streamed and not', async () => {
    target.script([
      { thinking: 'Rome, surely.', text: 'Rome.' },
      { thinking: 'Rome, surely.', text: 'Rome.' },
    ]);
    const whole = await chat.invoke(question, { reasoning: { effort: 'low' } });
    const streamed = await joined(await chat.stream(question, { reasoning: { effort: 'low' } }));

    for (const { content, additional_kwargs } of [whole, streamed]) {
      expect({ content, reasoning: additional_kwargs['reasoning_content'] }).toEqual({
        content: 'Rome.',
        reasoning: 'Rome, surely.',
      });
    }
  });
});

async function runTools({ tool_calls = [] }: AIMessageChunk): Promise<ToolMessage[]> {
  return Promise.all(
    tool_calls.map(async (call) => {
      const toolCall = { ...call, type: 'tool_call' as const };
      const result: unknown = await (call.name === 'weather'
        ? weatherTool.invoke(toolCall)
        : clockTool.invoke(toolCall));
      return result as ToolMessage;
    }),
  );
}

async function joined(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole?.concat(chunk) ?? chunk;
  return whole ?? new AIMessageChunk('');
}
