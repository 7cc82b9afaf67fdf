import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { StopReason, TurnEvent, Usage } from '../../../src/core/turn-event.ts';
import { createChatStream } from '../../../src/dialect/openai-chat/stream.ts';

const usage: Usage = {
  inputTokens: 10,
  cacheReadTokens: 200,
  cacheCreationTokens: 3000,
  outputTokens: 40,
  thinkingTokens: 15,
};
const start = (model = 'claude-sonnet-4-5'): TurnEvent => ({ type: 'start', model });
const text = (value: string): TurnEvent => ({ type: 'text', text: value });
const thinking = (value: string): TurnEvent => ({ type: 'thinking', text: value });
const end = (stopReason: StopReason = 'end_turn'): TurnEvent => ({ type: 'end', stopReason, usage });

function streamOf(events: TurnEvent[], includeUsage = false) {
  const stream = createChatStream({ id: 'chatcmpl-1', created: 1_700_000_000, includeUsage });
  return events.flatMap((event) => stream.push(event));
}

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'claude-sonnet-4-5' };
const chunk = (delta: object, finish_reason: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason }],
});
const role = chunk({ role: 'assistant', content: '' });

describe('createChatStream', () => {
  it('sends the role once, each delta, and the finish reason in a chunk of its own', () => {
    expect(streamOf([start(), text('Hel'), text('lo'), end()])).toEqual([
      role,
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
    ]);
  });

  it('sends thinking under both names that clients look for', () => {
    expect(streamOf([start(), thinking('Hm.'), text('Hello'), end()])).toEqual([
      role,
      chunk({ reasoning_content: 'Hm.', reasoning: 'Hm.' }),
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
    ]);
  });

  it('sends usage last, without choices, when asked', () => {
    expect(streamOf([start(), text('Hello'), end()], true)).toEqual([
      role,
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
      {
        ...head,
        choices: [],
        usage: {
          prompt_tokens: 3210,
          completion_tokens: 40,
          total_tokens: 3250,
          prompt_tokens_details: { cached_tokens: 200 },
          completion_tokens_details: { reasoning_tokens: 15 },
        },
      },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ] as const)('ends an answer that stopped for %s with %s', (stopReason, finishReason) => {
    expect(streamOf([start(), end(stopReason)])).toEqual([role, chunk({}, finishReason)]);
  });

  it('sends nothing for an empty delta', () => {
    expect(streamOf([start(), text(''), thinking(''), end()])).toEqual([role, chunk({}, 'stop')]);
  });

  it('carries on when the answer begins again before any of it went out, with the newest model', () => {
    const chunks = streamOf([start('first'), text(''), start(), text('Hello'), end()]);
    expect(chunks).toEqual([{ ...role, model: 'first' }, chunk({ content: 'Hello' }), chunk({}, 'stop')]);
  });

  it.each([text('Hel'), thinking('Hm.')])('fails when the answer begins again after %j went out', (event) => {
    const stream = createChatStream({ id: 'chatcmpl-1', created: 1, includeUsage: false });
    stream.push(start());
    stream.push(event);
    expect(() => stream.push(start())).toThrow(
      expect.objectContaining({ constructor: HarnessError, code: 'ANSWER_RESTARTED' }),
    );
  });
});
