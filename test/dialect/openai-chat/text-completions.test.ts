import { describe, expect, it } from 'vitest';
import type { HarnessError } from '../../../src/core/errors.ts';
import { fromTextRequest } from '../../../src/dialect/openai-chat/text-request.ts';
import { toTextCompletion, toTextPieces } from '../../../src/dialect/openai-chat/text-response.ts';
import type { ChatChunk, ChatUsage } from '../../../src/dialect/openai-chat/types.ts';

const policy = { defaultModel: 'sonnet', unsupportedParams: 'ignore', maxChoices: 4 } as const;
const read = (fields: object) => fromTextRequest({ model: 'haiku', prompt: 'Once', ...fields }, policy);
const conversation = (text: string) => ({
  system: [],
  messages: [{ role: 'user', content: [{ type: 'text', text }] }],
});

function refusalOf(body: unknown): { code: string; param: string | undefined; message: string } {
  try {
    fromTextRequest(body, policy);
  } catch (error) {
    const { code, facts, message } = error as HarnessError;
    return { code, param: facts.param, message };
  }
  throw new Error('the request was accepted');
}

describe('fromTextRequest', () => {
  it('makes a question of a prompt', () => {
    expect(read({ max_tokens: 9, stop: ['', 'END'], stream: true, stream_options: { include_usage: true } })).toEqual({
      model: 'haiku',
      conversations: [conversation('Once')],
      options: { maxTokens: 9, stopSequences: ['END'] },
      stream: true,
      includeUsage: true,
      ignored: [],
    });
  });

  it('asks each prompt n times, those of one prompt next to one another', () => {
    const { conversations } = read({ prompt: ['one', 'two'], n: 2 });
    expect(conversations).toEqual(['one', 'one', 'two', 'two'].map(conversation));
  });

  it.each([{ echo: false }, { echo: null }, { suffix: '' }, { suffix: null }, { best_of: 1 }, { n: 1 }])(
    'serves %j, which asks for nothing special',
    (fields) => {
      expect(read(fields).ignored).toEqual([]);
    },
  );

  it('names what it went without', () => {
    expect(read({ seed: 0, logprobs: 3 }).ignored).toEqual(['seed', 'logprobs']);
  });

  it('reads how the next token is chosen', () => {
    expect(read({ temperature: 0, top_p: 0.5 }).options.sampling).toEqual({ temperature: 0, topP: 0.5 });
  });

  it.each([
    [{ prompt: [1, 2, 3] }, 'prompt[0]'],
    [{ prompt: [[1, 2, 3]] }, 'prompt[0]'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: undefined }, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: ['one', ' '] }, 'prompt[1]'],
    [{ prompt: ['a', 'b', 'c', 'd', 'e'] }, 'prompt'],
    [{ prompt: ['a', 'b', 'c'], n: 2 }, 'n'],
    [{ suffix: ' the end' }, 'suffix'],
    [{ echo: true }, 'echo'],
    [{ best_of: 2 }, 'best_of'],
    [{ max_tokens: 0 }, 'max_tokens'],
    [{ stop: ['1', '2', '3', '4', '5'] }, 'stop'],
    [{ model: '' }, 'model'],
  ])('refuses %j and names the field', (fields, param) => {
    const refusal = refusalOf({ model: 'haiku', prompt: 'Once', ...fields });
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param });
    expect(refusal.message.startsWith(`${param} `)).toBe(true);
  });

  it.each([null, [], 'text', 7])('refuses %j, which is no request', (body) => {
    expect(refusalOf(body)).toMatchObject({ code: 'INVALID_REQUEST', param: undefined });
  });
});

const usage: ChatUsage = {
  prompt_tokens: 1,
  completion_tokens: 2,
  total_tokens: 3,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const head = { id: 'cmpl-1', created: 7, model: 'claude-haiku-4-5' };
const chunk = (delta: object, reason: 'stop' | null = null): ChatChunk => ({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 1, delta, finish_reason: reason }],
});
const piece = (text: string, reason: string | null = null) => ({
  ...head,
  object: 'text_completion',
  choices: [{ text, index: 1, logprobs: null, finish_reason: reason }],
});

describe('toTextPieces', () => {
  it.each([
    ['text', chunk({ content: 'Hello' }), [piece('Hello')]],
    ['the end', chunk({}, 'stop'), [piece('', 'stop')]],
    ['no role', chunk({ role: 'assistant', content: '' }), []],
    ['no thinking', chunk({ reasoning: 'Hm', reasoning_content: 'Hm' }), []],
  ])('tells %s', (_what, given, pieces) => {
    expect(toTextPieces(given)).toEqual(pieces);
  });

  it('tells the usage', () => {
    expect(toTextPieces({ ...chunk({}), choices: [], usage })).toEqual([{ ...piece(''), choices: [], usage }]);
  });
});

describe('toTextCompletion', () => {
  it('has the text where the chat has its message', () => {
    const message = { role: 'assistant' as const, content: 'Hello', refusal: null, reasoning: 'Hm' };
    const choices = [{ index: 1, message, logprobs: null, finish_reason: 'stop' as const }];
    expect(toTextCompletion({ ...head, object: 'chat.completion', choices, usage })).toEqual({
      ...piece('Hello', 'stop'),
      usage,
    });
  });
});
