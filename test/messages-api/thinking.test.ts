import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/core/turn-options.ts';
import { thinkingFor } from '../../src/messages-api/thinking.ts';

describe('thinkingFor', () => {
  it.each<[Effort, string, number]>([
    ['minimal', 'low', 1024],
    ['low', 'low', 4096],
    ['medium', 'medium', 10_000],
    ['high', 'high', 24_000],
    ['xhigh', 'xhigh', 31_999],
    ['max', 'max', 31_999],
  ])('lets effort %s think at level %s with %i tokens', (effort, effortLevel, budget) => {
    expect(thinkingFor(effort, undefined)).toEqual({ effortLevel, budget });
  });

  it.each([undefined, 100_000])('lets effort none not think, whatever the limit: %s', (maxTokens) => {
    expect(thinkingFor('none', maxTokens)).toBeUndefined();
  });

  it.each<[Effort, number, object | undefined]>([
    ['none', 2000, { budget: 2000 }],
    ['none', 0, undefined],
    ['high', 2000, { effortLevel: 'high', budget: 2000 }],
    ['low', 0, { effortLevel: 'low', budget: 0 }],
  ])('takes an exact budget as it is, whatever the limit: %s with %i', (effort, budget, thinking) => {
    expect(thinkingFor(effort, 2001, budget)).toEqual(thinking);
  });

  it.each<[Effort, number, number | undefined]>([
    ['xhigh', 100_000, 31_999],
    ['high', 10_000, 8000],
    // The API takes no budget below 1024.
    ['minimal', 1280, 1024],
    ['minimal', 1279, undefined],
    ['xhigh', 100, undefined],
  ])('keeps a fifth of the limit for the answer: %s within %i thinks with %s', (effort, maxTokens, budget) => {
    expect(thinkingFor(effort, maxTokens)?.budget).toBe(budget);
  });
});
