import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { answerWith, end, eventsOf, start, testApp, yielding, type Reply, type TestApp } from '../test-app.ts';
import { ask, chunksOf, stream } from './ask.ts';

const header = 'x-claude-harness-warning';
const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }];

/** An app that keeps what its turns were given. */
function recordingApp(): TestApp & { turns: { conversation: Conversation; options: TurnOptions }[] } {
  const turns: { conversation: Conversation; options: TurnOptions }[] = [];
  const runTurn: RunTurn = (conversation, options, signal) => {
    turns.push({ conversation, options });
    return answerWith('Hi')(conversation, options, signal);
  };
  return { ...testApp(runTurn), turns };
}

describe('POST /v1/chat/completions, what a turn is told', () => {
  it('has the tools and everything else that was asked for', async () => {
    const test = recordingApp();
    await ask(test, {
      tools,
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_object' },
      stop: ['END'],
    });
    expect(test.turns).toMatchObject([
      {
        conversation: { tools: [{ name: 'look_up', strict: false }] },
        options: {
          model: 'haiku',
          toolChoice: { type: 'required' },
          parallelToolCalls: false,
          output: { field: 'response_format' },
          stopSequences: ['END'],
        },
      },
    ]);
  });

  it.each([
    [undefined, true],
    [false, true],
    [true, false],
  ])('may be replaced unless the client reads along (stream: %s)', async (streamed, buffered) => {
    const test = recordingApp();
    await ask(test, { stream: streamed, n: 2 });
    expect(test.turns.map(({ options }) => options.buffered)).toEqual([buffered, buffered]);
  });
});

describe('POST /v1/chat/completions, answers of other kinds than text', () => {
  const calling = yielding(
    start,
    { type: 'block_start', id: 0, block: { type: 'thinking' } },
    { type: 'thinking', id: 0, text: 'A city.' },
    { type: 'signature', id: 0, signature: 'c2lnbmVk' },
    { type: 'block_stop', id: 0 },
    { type: 'block_start', id: 0, block: { type: 'tool_use', id: 'toolu_1', name: 'look_up' } },
    { type: 'input', id: 0, json: '{"city":' },
    { type: 'input', id: 0, json: '"Rome"}' },
    { type: 'block_stop', id: 0 },
    { ...end, stopReason: 'tool_use' },
  );
  const declining = yielding(
    start,
    { type: 'block_start', id: 0, block: { type: 'refusal' } },
    { type: 'text', id: 0, text: 'Rather not.' },
    { type: 'block_stop', id: 0 },
    { ...end, stopReason: 'refusal' },
  );

  it('gives calls of tools, and the thinking before them', async () => {
    const { body } = (await ask(testApp(calling), { tools })) as Reply;
    expect(body).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: null,
            reasoning_content: 'A city.',
            tool_calls: [
              { id: 'toolu_1', type: 'function', function: { name: 'look_up', arguments: '{"city":"Rome"}' } },
            ],
          },
        },
      ],
    });
  });

  it('gives them in the old form to those who asked in it', async () => {
    const body = { functions: [{ name: 'look_up' }] };
    const message = { function_call: { name: 'look_up', arguments: '{"city":"Rome"}' } };
    const whole = (await ask(testApp(calling), body)) as Reply;
    expect(whole.body).toMatchObject({ choices: [{ finish_reason: 'function_call', message }] });
    const { text } = await stream(testApp(calling), body);
    expect(text).toContain('"function_call":{"name":"look_up","arguments":""}');
    expect(text).not.toContain('tool_calls');
  });

  it('shows no thinking where the configuration hides it', async () => {
    const hidden = testApp(calling, { showReasoning: false });
    for (const streamed of [true, false]) {
      const { text } = await ask(hidden, { tools, stream: streamed });
      expect(text).toContain('look_up');
      expect(text).not.toContain('reasoning_content');
      expect(text).not.toContain('A city.');
    }
    expect((await stream(testApp(calling), { tools })).text).toContain('"reasoning_content":"A city."');
  });

  it('never shows what thinking is signed with', async () => {
    const answers = [await ask(testApp(calling), { tools }), await stream(testApp(calling), { tools })];
    expect(answers.map(({ text }) => text).join()).not.toContain('c2lnbmVk');
  });

  it.each([
    [{ type: 'json_object' }, { content: null, refusal: 'Rather not.' }, 'stop'],
    [undefined, { content: null, refusal: 'Rather not.' }, 'content_filter'],
  ])('tells with response_format %j that the model declined', async (response_format, message, finish_reason) => {
    const { body } = (await ask(testApp(declining), { response_format })) as Reply;
    expect(body).toMatchObject({ choices: [{ message, finish_reason }] });
    const chunks = chunksOf((await stream(testApp(declining), { response_format })).text);
    expect(chunks[1]?.choices[0]?.delta).toEqual({ refusal: 'Rather not.' });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(finish_reason);
  });
});

describe('POST /v1/chat/completions, warnings of a turn', () => {
  const careful: TurnEvent = { type: 'warning', message: 'The model’s answer is not what was asked for.' };
  const [first = start, ...rest] = eventsOf(['Hi']);
  const told = "The model's answer is not what was asked for.";
  const logged = (test: TestApp) => test.log.lines.filter(({ message }) => message.includes('not what was asked for'));

  it('are a header of an answer in one piece, whenever they come', async () => {
    for (const events of [
      [careful, first, ...rest],
      [first, ...rest.toSpliced(-1, 0, careful)],
    ]) {
      const test = testApp(yielding(...events));
      const { status, headers, body } = (await ask(test)) as Reply;
      expect([status, headers[header]]).toEqual([200, told]);
      expect(body).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
      expect(logged(test)).toMatchObject([{ level: 'warn', fields: { reason: careful.message } }]);
    }
  });

  it('are a header of a stream that has not begun', async () => {
    const test = testApp(yielding(careful, first, ...rest));
    const { status, headers, text } = await stream(test);
    expect([status, headers[header]]).toEqual([200, told]);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(logged(test)).toHaveLength(1);
  });

  it('are only in the log of a stream that has begun, which goes on', async () => {
    const test = testApp(yielding(first, ...rest.toSpliced(-1, 0, careful)));
    const { headers, text } = await stream(test);
    expect(headers).not.toHaveProperty(header);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(logged(test)).toHaveLength(1);
    expect(logged(test)[0]?.fields).toHaveProperty('request_id', headers['x-request-id']);
  });

  it('are not there when nothing is wrong', async () => {
    expect((await ask(testApp())).headers).not.toHaveProperty(header);
    expect((await stream(testApp())).headers).not.toHaveProperty(header);
  });
});
