import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/core/conversation.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import type { ApiModel } from '../../src/direct/api-client.ts';
import { toCountBody, toMessageBody } from '../../src/direct/request.ts';
import { tool, withTools } from '../turn/scripted.ts';
import { hello } from '../support/hello.ts';

const budgeted: ApiModel = {
  id: 'claude-haiku-4-5',
  maxOutputTokens: 64_000,
  thinking: { adaptive: false, budget: true, off: true },
  efforts: [],
};
const adaptive: ApiModel = {
  id: 'claude-opus-4-8',
  maxOutputTokens: 128_000,
  thinking: { adaptive: true, budget: false, off: true },
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
};
const mark = { cache_control: { type: 'ephemeral' } };

const bodyOf = (turn: Partial<TurnOptions> = {}, conversation: Conversation = hello, model = budgeted) =>
  toMessageBody(conversation, { model: 'any', ...turn }, { model, defaultEffort: 'none' });

describe('toMessageBody', () => {
  it('has nothing that was not asked for', () => {
    expect(Object.keys(bodyOf())).toEqual(['model', 'messages', 'thinking', 'max_tokens']);
  });

  it.each([
    [undefined, 64_000],
    [100, 100],
    [1_000_000, 64_000],
  ])('lets an answer with the limit %s have %i tokens', (maxTokens, expected) => {
    expect(bodyOf(maxTokens === undefined ? {} : { maxTokens }).max_tokens).toBe(expected);
  });

  it('asks for what any model can give where the limit is not known', () => {
    const unknown: ApiModel = { id: 'claude-any', thinking: budgeted.thinking, efforts: [] };
    expect(bodyOf({}, hello, unknown).max_tokens).toBe(8192);
    expect(bodyOf({ maxTokens: 20_000 }, hello, unknown).max_tokens).toBe(20_000);
  });

  it('marks the ends of tools, system prompt and conversation for the cache, and nothing else', () => {
    const conversation: Conversation = {
      ...withTools(tool('f'), tool('g')),
      system: ['Be brief.', 'Be kind.'],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'three' },
            { type: 'text', text: 'four' },
          ],
        },
      ],
    };
    const { tools, system, messages } = bodyOf({}, conversation);
    expect(tools).toEqual([expect.not.objectContaining(mark), expect.objectContaining({ name: 'g', ...mark })]);
    expect(system).toEqual([
      { type: 'text', text: 'Be brief.' },
      { type: 'text', text: 'Be kind.', ...mark },
    ]);
    expect(messages.map(({ content }) => content)).toEqual([
      [{ type: 'text', text: 'one' }],
      [{ type: 'text', text: 'two' }],
      [
        { type: 'text', text: 'three' },
        { type: 'text', text: 'four', ...mark },
      ],
    ]);
  });

  it('sends the marks of the client as they are, and none of its own beside them', () => {
    const hour = { type: 'ephemeral', ttl: '1h' };
    const said = { type: 'text', text: 'one', cache_control: hour } as const;
    const marked: Conversation = {
      ...hello,
      messages: [{ role: 'user', content: [said, { type: 'text', text: 'two' }] }],
    };
    expect(bodyOf({}, marked).messages).toEqual(marked.messages);

    const system: Conversation = { ...hello, system: ['a', 'b'], systemMarks: new Map([[0, hour]]) };
    const body = bodyOf({}, system);
    expect(body.system).toEqual([
      { type: 'text', text: 'a', cache_control: hour },
      { type: 'text', text: 'b' },
    ]);
    expect(body.messages).toEqual(hello.messages);
    expect(bodyOf({ extra: { cache_control: hour } })).toMatchObject({ cache_control: hour, messages: hello.messages });
  });

  it('sends further fields of the client’s, tools of the API’s and blocks that it does not know', () => {
    const extra = { container: 'c', metadata: { user_id: 'u' }, max_tokens: 1, thinking: { display: 'omitted' } };
    const block = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const definition = { type: 'web_search_20250305', name: 'web_search' };
    const conversation: Conversation = {
      ...withTools(tool('f')),
      messages: [...hello.messages, { role: 'assistant', content: [{ type: 'opaque', block }] }],
      apiTools: [{ name: 'web_search', definition, index: 0 }],
    };
    const body = bodyOf({ extra, effort: 'low' }, conversation);
    expect(body).toMatchObject({
      container: 'c',
      metadata: { user_id: 'u' },
      max_tokens: 64_000,
      thinking: { type: 'enabled', display: 'omitted' },
      messages: [{ role: 'user' }, { role: 'assistant', content: [block] }],
      tools: [definition, { name: 'f' }],
    });
    expect(bodyOf({ extra }, conversation).thinking).toEqual({ type: 'disabled' });
  });

  it('gives calls and results ids that the API takes, and thinking as it came', () => {
    const conversation: Conversation = {
      system: [],
      messages: [
        ...hello.messages,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
            { type: 'redacted_thinking', data: 'opaque' },
            { type: 'tool_use', id: 'call:1', name: 'f', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call:1', content: [] }] },
      ],
    };
    const { messages } = bodyOf({}, conversation);
    const [thinking, redacted, call] = (messages[1]?.content ?? []) as { id?: string; name?: string }[];
    expect(thinking).toEqual({ type: 'thinking', thinking: 'Hm.', signature: 'sig' });
    expect(redacted).toEqual({ type: 'redacted_thinking', data: 'opaque' });
    expect(call).toMatchObject({ name: 'f', id: expect.stringMatching(/^[\w-]+$/) as string });
    expect(messages[2]?.content[0]).toMatchObject({ tool_use_id: call?.id });
  });

  it.each<[string, ApiModel, Partial<TurnOptions>, object | undefined, object | undefined]>([
    ['off', budgeted, {}, { type: 'disabled' }, undefined],
    ['a budget', budgeted, { effort: 'low' }, { type: 'enabled', budget_tokens: 4096 }, undefined],
    [
      'a budget below the limit',
      budgeted,
      { effort: 'high', thinkingBudget: 100_000 },
      { type: 'enabled', budget_tokens: 63_999 },
      undefined,
    ],
    [
      'as much as it likes',
      adaptive,
      { effort: 'max' },
      { type: 'adaptive', display: 'summarized' },
      { effort: 'max' },
    ],
    ['an effort alone', adaptive, { effort: 'low', thinkingBudget: 0 }, { type: 'disabled' }, { effort: 'low' }],
    [
      'a level that the model has not',
      { ...adaptive, efforts: ['low', 'medium', 'high'] },
      { effort: 'xhigh' },
      { type: 'adaptive', display: 'summarized' },
      { effort: 'high' },
    ],
    [
      'off, of a model that always thinks',
      { ...adaptive, thinking: { adaptive: true, budget: false, off: false } },
      {},
      undefined,
      undefined,
    ],
    [
      'some, of a model that never does',
      { ...budgeted, thinking: { adaptive: false, budget: false, off: true } },
      { effort: 'high' },
      undefined,
      undefined,
    ],
  ])('asks for thinking as the model takes it: %s', (_what, model, turn, thinking, outputConfig) => {
    const body = bodyOf(turn, hello, model);
    expect(body.thinking).toEqual(thinking);
    expect(body.output_config).toEqual(outputConfig);
  });

  it('forces a call where the model does not think, and asks for it in words where it does', () => {
    const asked = withTools(tool('f'));
    const toolChoice = { type: 'tool', name: 'f' } as const;
    const forced = bodyOf({ toolChoice, parallelToolCalls: false }, asked);
    expect(forced.tool_choice).toEqual({ type: 'tool', name: 'f', disable_parallel_tool_use: true });
    expect(forced.system).toBeUndefined();

    for (const turn of [{ effort: 'low' }, { enforcement: 'prompt' }] as const) {
      const { tool_choice: choice, system } = bodyOf({ toolChoice, ...turn }, asked);
      expect(choice).toBeUndefined();
      expect(JSON.stringify(system)).toContain('calling the tool f.');
    }
  });

  it('leaves the stop sequences that the API refuses to the harness', () => {
    expect(bodyOf({ stopSequences: ['END', '\n'] }).stop_sequences).toEqual(['END']);
  });
});

describe('what models differ in', () => {
  it('goes beside the rest', () => {
    const output = { schema: { type: 'object' }, field: 'output_format', constrained: true };
    const sampling = { temperature: 0.5, topP: 0.9, topK: 3 };
    expect(bodyOf({ effort: 'high', thinkingBudget: 0, output, sampling }, hello, adaptive)).toMatchObject({
      output_config: { format: { type: 'json_schema', schema: output.schema }, effort: 'high' },
      ...{ temperature: 0.5, top_p: 0.9, top_k: 3 },
    });
  });

  it('has no level of effort where that is not wanted, and as much thinking', () => {
    const body = bodyOf({ effort: 'high', omitsEffort: true }, hello, adaptive);
    expect(body).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(body).not.toHaveProperty('output_config');
  });
});

describe('toCountBody', () => {
  it('has those further fields that the API takes where it counts', () => {
    const extra = { context_management: { edits: [] }, container: 'c', metadata: {} };
    const body = toCountBody(hello, { model: 'any', extra }, { model: budgeted, defaultEffort: 'none' });
    expect(Object.keys(body)).toEqual(['context_management', 'model', 'messages', 'thinking']);
  });

  it('has what the model reads and no more', () => {
    const turn = {
      model: 'any',
      maxTokens: 9,
      stopSequences: ['END'],
      effort: 'high' as const,
      sampling: { topP: 0.95 },
    };
    expect(toCountBody({ ...hello, system: ['Hi.'] }, turn, { model: budgeted, defaultEffort: 'none' })).toEqual({
      model: 'claude-haiku-4-5',
      system: [{ type: 'text', text: 'Hi.' }],
      messages: hello.messages,
      thinking: { type: 'enabled', budget_tokens: 24_000 },
    });
  });
});
