import type { ChatCompletionTool } from 'openai/resources';
import { describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { cheapModel } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

const shared = sharedHarness();
const { requests } = shared;

const number = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const tools: ChatCompletionTool[] = [
  { type: 'function', function: { name: 'add', parameters: number } },
  { type: 'function', function: { name: 'take', parameters: number, strict: true } },
];
const add = { id: 'toolu_add', name: 'mcp__client__add', input: { n: 1 } };
const take = { id: 'toolu_take', name: 'mcp__client__take', input: { n: 2 } };
const wrong = { id: 'toolu_wrong', name: 'mcp__client__take', input: { n: 'two' } };
const named = { type: 'function', function: { name: 'take' } };

const ask = (fields: object) =>
  shared.harness.client.chat.completions
    .create({ model: cheapModel, messages: [{ role: 'user', content: 'Count.' }], tools, stream: false, ...fields })
    .withResponse();
const warningOf = ({ response }: { response: Response }) => response.headers.get('x-claude-harness-warning');
const namesOf = (request: (typeof shared.harness.standIn.requests)[number] | undefined) =>
  upstreamBody(request).tools?.map(({ name }) => name);

describe('tool_choice', () => {
  test.each([
    ['auto', undefined],
    ['required', { type: 'any' }],
    [named, { type: 'tool', name: 'mcp__client__take' }],
  ])('%j is what the API is asked for', async (choice, asked) => {
    shared.harness.standIn.behave({ kind: 'answer', toolUses: [take] });
    await ask({ tool_choice: choice });

    expect(upstreamBody(requests()[0]).tool_choice).toEqual(asked);
    expect(namesOf(requests()[0])).toEqual(
      choice === named ? ['mcp__client__take'] : ['mcp__client__add', 'mcp__client__take'],
    );
  });

  test('none offers no tools', async () => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'One.' });
    await ask({ tool_choice: 'none' });
    expect(namesOf(requests()[0]) ?? []).toEqual([]);
  });

  test('goes with parallel_tool_calls: false', async () => {
    shared.harness.standIn.behave({ kind: 'answer', toolUses: [take] });
    await ask({ parallel_tool_calls: false });
    await ask({ parallel_tool_calls: false, tool_choice: 'required' });

    expect(requests().map((request) => upstreamBody(request).tool_choice)).toEqual([
      { type: 'auto', disable_parallel_tool_use: true },
      { type: 'any', disable_parallel_tool_use: true },
    ]);
  });

  test('is put into words where the model thinks, since the API forces no call then', async () => {
    shared.harness.standIn.behave({ kind: 'answer', toolUses: [take] });
    await ask({ tool_choice: named, reasoning_effort: 'low' });

    expect(upstreamBody(requests()[0]).tool_choice).toBeUndefined();
    expect(upstreamBody(requests()[0]).thinking?.type).toBe('enabled');
    expect(systemOf(requests()[0])).toEqual(['Answer by calling the tool mcp__client__take. Do not answer in text.']);
  });

  test('is put into words where the API refuses to force a call', async () => {
    const refusal = apiErrors.invalidRequest('Thinking may not be enabled when tool_choice forces tool use.');
    shared.harness.standIn.behave((request) =>
      upstreamBody(request).tool_choice === undefined ? { kind: 'answer', toolUses: [add] } : refusal,
    );
    const { data } = await ask({ tool_choice: 'required' });

    expect(data.choices[0]?.finish_reason).toBe('tool_calls');
    expect(systemOf(requests().at(-1))).toEqual([
      'Answer by calling at least one of your tools. Do not answer in text.',
    ]);
  });
});

describe('a call that must come', () => {
  test('is asked for once more when the model answers in text, and the text is not the answer', async () => {
    shared.harness.standIn.behave([
      { kind: 'answer', text: 'I would rather not.', usage: { output_tokens: 5 } },
      { kind: 'answer', toolUses: [add], usage: { output_tokens: 7 } },
    ]);
    const answer = await ask({ tool_choice: 'required' });

    expect(answer.data.choices[0]?.message).toMatchObject({ content: null, tool_calls: [{ id: 'toolu_add' }] });
    expect(answer.data.usage?.completion_tokens).toBe(12);
    expect(warningOf(answer)).toBeNull();
    expect(conversationOf(requests()[1])).toEqual([
      { role: 'user', content: ['Count.'] },
      { role: 'assistant', content: ['I would rather not.'] },
      { role: 'user', content: ['Call the tool now that you were asked to call.'] },
    ]);
  });

  test.each([false, true])('is given up after that, with a warning and what came out (stream: %s)', async (stream) => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'I would rather not.' });
    const response = await fetch(`${shared.harness.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: cheapModel,
        messages: [{ role: 'user', content: 'Count.' }],
        tools,
        tool_choice: 'required',
        stream,
      }),
    });

    expect(warningOf({ response })).toBe('The model was asked twice to call a tool and answered in text.');
    expect((await response.text()).replaceAll(/[^]*?"content":"([^"]*)"/g, '$1')).toContain('I would rather not.');
    expect(requests()).toHaveLength(2);
  });
});

describe('a strict tool', () => {
  test('is called again when its arguments do not match, streamed or not', async () => {
    shared.harness.standIn.behave((_request, index) => ({
      kind: 'answer',
      toolUses: index % 2 === 0 ? [add, wrong] : [take],
    }));
    const whole = await ask({});
    const streamed = await shared.harness.client.chat.completions
      .stream({ model: cheapModel, messages: [{ role: 'user', content: 'Count.' }], tools })
      .finalChatCompletion();

    for (const completion of [whole.data, streamed]) {
      expect(completion.choices[0]?.message.tool_calls).toMatchObject([
        { id: 'toolu_take', function: { name: 'take', arguments: '{"n":2}' } },
      ]);
    }
    expect(warningOf(whole)).toBeNull();
    expect(conversationOf(requests()[1]).at(-1)).toMatchObject({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_add', is_error: true },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_wrong',
          is_error: true,
          content: [{ text: expect.stringContaining('/n must be integer') as string }],
        },
      ],
    });
  });

  test('whose arguments are wrong twice is passed on with a warning', async () => {
    shared.harness.standIn.behave({ kind: 'answer', toolUses: [wrong] });
    const answer = await ask({});

    expect(answer.data.choices[0]?.message.tool_calls).toMatchObject([{ function: { arguments: '{"n":"two"}' } }]);
    expect(warningOf(answer)).toContain('/n must be integer');
    expect(requests()).toHaveLength(2);
  });
});
