import { describe, expect, it } from 'vitest';
import { fromChatRequest } from '../../../src/dialect/openai-chat/request.ts';

const policy = { defaultModel: 'sonnet', unsupportedParams: 'ignore', maxChoices: 1 } as const;
const read = (fields: object) => fromChatRequest({ messages: [{ role: 'user', content: 'Hi' }], ...fields }, policy);

describe('how much a chat is to think', () => {
  it.each<[object, object]>([
    [{ reasoning_effort: 'max' }, { effort: 'max' }],
    [{ reasoning: { effort: 'max' } }, { effort: 'max' }],
    [{ reasoning: { effort: 'low' }, reasoning_effort: 'high' }, { effort: 'high' }],
    [{ reasoning: { max_tokens: 3000 } }, { thinkingBudget: 3000 }],
    [{ reasoning: { max_tokens: 3000, enabled: true } }, { thinkingBudget: 3000 }],
    [{ reasoning: { max_tokens: 5 } }, { thinkingBudget: 1024 }],
    [{ reasoning: { max_tokens: 0 } }, { thinkingBudget: 0 }],
    [{ reasoning: { enabled: true } }, { effort: 'medium' }],
    [{ reasoning: { enabled: false } }, { effort: 'none' }],
    [{ reasoning: {} }, {}],
    [{ reasoning: null }, {}],
  ])('is %j', (fields, options) => {
    expect(read(fields)).toMatchObject({ ignored: [] });
    expect(read(fields).options).toEqual(options);
  });

  it('names what else is asked of it', () => {
    expect(read({ reasoning: { effort: 'low', exclude: true } }).ignored).toEqual(['reasoning.exclude']);
    expect(read({ reasoning: { effort: 'low', exclude: false } }).ignored).toEqual([]);
  });

  it.each([
    [{ reasoning: 'high' }, 'reasoning'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort'],
    [{ reasoning: { max_tokens: -1 } }, 'reasoning.max_tokens'],
  ])('is refused: %j', (fields, param) => {
    expect(() => read(fields)).toThrow(expect.objectContaining({ facts: { param } }));
  });
});
