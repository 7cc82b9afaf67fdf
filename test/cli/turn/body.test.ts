import { describe, expect, it } from 'vitest';
import { toBody, type BodyOptions } from '../../../src/cli/turn/body.ts';
import type { Conversation } from '../../../src/core/conversation.ts';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import { tool } from '../../turn/scripted.ts';

const options: BodyOptions = {
  traits: { thinking: 'budget', efforts: undefined, maxTokens: 64_000 },
  thinking: undefined,
  forceCalls: true,
  mark: { type: 'ephemeral', ttl: '1h' },
  marksTaken: 2,
  extraBody: undefined,
};
const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const text = (words: string) => ({ type: 'text' as const, text: words });
const hello: Conversation = { system: ['Be brief.'], messages: [{ role: 'user', content: [text('Hello')] }] };
const bodyOf = (conversation = hello, turn: Partial<TurnOptions> = {}, changes: Partial<BodyOptions> = {}) =>
  toBody(conversation, { model: 'haiku', ...turn }, { ...options, ...changes });

describe('toBody', () => {
  it('leaves to the CLI what the request says nothing about, and the system prompt', () => {
    expect(bodyOf()).toEqual({ messages: [{ role: 'user', content: [{ ...text('Hello'), ...mark }] }] });
  });

  it('keeps messages as they are, but for the names and ids that the API knows', () => {
    const conversation: Conversation = {
      system: [],
      messages: [
        { role: 'user', content: [text('/context')] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call 1', name: 'f', input: { a: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call 1', content: [text('one')] }] },
      ],
      tools: [tool('f')],
    };
    const id = expect.stringMatching(/^call_[0-9a-f]{24}$/) as string;
    expect(bodyOf(conversation)).toMatchObject({
      messages: [
        { role: 'user', content: [text('/context')] },
        { role: 'assistant', content: [{ type: 'tool_use', id, name: 'mcp__client__f', input: { a: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: [text('one')], ...mark }] },
      ],
      tools: [{ name: 'mcp__client__f' }],
    });
  });

  it('bounds the answer as the client does, as far as the model goes', () => {
    expect(bodyOf(hello, { maxTokens: 9 })).toMatchObject({ max_tokens: 9 });
    expect(bodyOf(hello, { maxTokens: 100_000 })).toMatchObject({ max_tokens: 64_000 });
    const traits = { ...options.traits, maxTokens: undefined };
    expect(bodyOf(hello, { maxTokens: 100_000 }, { traits })).toMatchObject({ max_tokens: 100_000 });
  });

  it('thinks in the way of the model', () => {
    const thinking = { effortLevel: 'high', budget: 2000 };
    expect(bodyOf(hello, {}, { thinking })).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2000 } });
    // As it is asked for, also above the client's bound for the answer; below that, within the model's own.
    expect(bodyOf(hello, { maxTokens: 2000 }, { thinking })).toMatchObject({ thinking: { budget_tokens: 2000 } });
    const most = { effortLevel: 'high', budget: 66_000 };
    expect(bodyOf(hello, { maxTokens: 70_000 }, { thinking: most })).toMatchObject({
      max_tokens: 64_000,
      thinking: { budget_tokens: 63_999 },
    });
    const traits = { ...options.traits, thinking: 'adaptive' } as const;
    expect(bodyOf(hello, {}, { thinking, traits })).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(bodyOf(hello, {}, { thinking: { effortLevel: 'low', budget: 0 } })).not.toHaveProperty('thinking');
  });

  it.each([
    [undefined, 'max', 'max'],
    [['low', 'medium', 'high'], 'max', 'high'],
    [['low', 'medium', 'high', 'xhigh'], 'medium', 'medium'],
  ])('asks a model that has the efforts %j for %s as %s', (efforts, effortLevel, effort) => {
    const traits = { ...options.traits, efforts };
    expect(bodyOf(hello, {}, { thinking: { effortLevel, budget: 0 }, traits })).toMatchObject({
      output_config: { effort },
    });
  });

  it('has the further fields of the client, but for those that are the CLI’s', () => {
    const extra = { metadata: { user_id: 'a' }, container: 'c', cache_control: { type: 'ephemeral' } };
    expect(bodyOf(hello, { extra })).toEqual({
      messages: [{ role: 'user', content: [{ ...text('Hello'), cache_control: { type: 'ephemeral' } }] }],
      container: 'c',
    });
  });

  it('leaves room for the marks of the CLI', () => {
    const content = ['a', 'b', 'c', 'd'].map((words) => ({ ...text(words), ...mark }));
    const marked = (marksTaken: number) =>
      JSON.stringify(bodyOf({ ...hello, messages: [{ role: 'user', content }] }, {}, { marksTaken }));
    expect([1, 2].map((taken) => marked(taken).split('cache_control').length - 1)).toEqual([3, 2]);
  });

  it('has the form of the answer beside its effort', () => {
    const output = { schema: { type: 'object' }, field: 'output_format', constrained: true };
    const thinking = { effortLevel: 'low', budget: 0 };
    expect(bodyOf(hello, { output, sampling: { topK: 3 } }, { thinking })).toMatchObject({
      output_config: { format: { type: 'json_schema', schema: output.schema }, effort: 'low' },
      top_k: 3,
    });
  });

  it('marks a system message that comes last, as the CLI does with its own', () => {
    const note = { role: 'system' as const, content: [text('Be kind.')] };
    expect(bodyOf({ ...hello, messages: [...hello.messages, note] })).toEqual({
      messages: [...hello.messages, { role: 'system', content: [{ ...text('Be kind.'), ...mark }] }],
    });
  });

  it('puts the operator’s own additions beneath the request', () => {
    const extraBody = { messages: [], metadata: { user_id: 'a' }, service_tier: 'auto' };
    expect(bodyOf(hello, {}, { extraBody })).toEqual({ ...bodyOf(), metadata: { user_id: 'a' }, service_tier: 'auto' });
  });
});
