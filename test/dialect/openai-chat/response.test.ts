import { describe, expect, it } from 'vitest';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { createChatCollector } from '../../../src/dialect/openai-chat/response.ts';

const end: TurnEvent = {
  type: 'end',
  stopReason: 'end_turn',
  usage: { inputTokens: 10, cacheReadTokens: 200, cacheCreationTokens: 3000, outputTokens: 40, thinkingTokens: 15 },
};

function collect(...events: TurnEvent[]) {
  const collector = createChatCollector({ id: 'chatcmpl-1', created: 1_700_000_000 });
  for (const event of events) collector.push(event);
  return collector.completion();
}

const choice = (message: object, finish_reason = 'stop') => ({
  index: 0,
  message: { role: 'assistant', refusal: null, ...message },
  logprobs: null,
  finish_reason,
});

describe('createChatCollector', () => {
  it('joins the deltas of an answer', () => {
    const completion = collect(
      { type: 'start', model: 'claude-sonnet-4-5' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      end,
    );
    expect(completion).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'claude-sonnet-4-5',
      choices: [choice({ content: 'Hello' })],
      usage: {
        prompt_tokens: 3210,
        completion_tokens: 40,
        total_tokens: 3250,
        prompt_tokens_details: { cached_tokens: 200 },
        completion_tokens_details: { reasoning_tokens: 15 },
      },
    });
  });

  it('gives thinking under both names that clients look for', () => {
    const completion = collect(
      { type: 'start', model: 'm' },
      { type: 'thinking', text: 'Let me ' },
      { type: 'thinking', text: 'see.' },
      { type: 'text', text: 'Hello' },
      end,
    );
    expect(completion.choices).toEqual([
      choice({ content: 'Hello', reasoning_content: 'Let me see.', reasoning: 'Let me see.' }),
    ]);
  });

  it('gives an empty text when the limit was reached while thinking', () => {
    const completion = collect(
      { type: 'start', model: 'm' },
      { type: 'thinking', text: 'Hm' },
      { ...end, stopReason: 'max_tokens' },
    );
    expect(completion.choices).toEqual([choice({ content: '', reasoning_content: 'Hm', reasoning: 'Hm' }, 'length')]);
  });

  it('forgets everything when the answer begins again', () => {
    const completion = collect(
      { type: 'start', model: 'first' },
      { type: 'thinking', text: 'Hm' },
      { type: 'text', text: 'Hel' },
      { type: 'start', model: 'second' },
      { type: 'text', text: 'Hello' },
      end,
    );
    expect(completion).toMatchObject({ model: 'second', choices: [choice({ content: 'Hello' })] });
    expect(completion.choices[0].message).not.toHaveProperty('reasoning');
  });

  it('refuses to pass an unfinished answer off as a whole one', () => {
    expect(() => collect({ type: 'start', model: 'm' }, { type: 'text', text: 'Hel' })).toThrow('before its end');
  });
});
