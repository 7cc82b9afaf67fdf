import { describe, expect, it } from 'vitest';
import { listPrices } from '../../src/core/list-prices.ts';
import { createPriceOf } from '../../src/core/prices.ts';

const none = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
const million = 1_000_000;

describe('what tokens cost by the API', () => {
  const priceOf = createPriceOf(listPrices);

  it.each([
    ['claude-haiku-4-5-20251001', { input: million }, 1],
    ['claude-opus-5', { output: million }, 25],
    ['claude-opus-5-5', { cacheRead: million }, 0.2],
    ['claude-sonnet-4-6', { cacheWrite5m: million }, 3.75],
    ['claude-sonnet-4-6', { cacheWrite1h: million }, 6],
    ['claude-haiku-5-5', { input: 100_000 }, 0.01],
    ['claude-haiku-5-5', { input: 1, cacheRead: 100_000, output: million }, 2.5050005],
  ])('of %s, %j, is %d USD', (model, tokens, usd) => {
    expect(priceOf(model, { ...none, ...tokens })).toBeCloseTo(usd, 9);
  });

  it.each(['claude-opus-6', 'claude-opus-5-6', 'gpt-4o', 'us.anthropic.claude-opus-5', 'claude-opus-4-1-20250805', ''])(
    'is not guessed for %s',
    (model) => {
      expect(priceOf(model, { ...none, input: 1 })).toBeUndefined();
    },
  );

  it('is that of the first entry that matches', () => {
    const own = { models: ['claude-*'], prices: { ...none, input: 7 } };
    expect(createPriceOf([own, ...listPrices])('claude-opus-5', { ...none, input: million })).toBe(7);
  });

  it('is in the list once for each model', () => {
    const models = listPrices.flatMap((entry) => entry.models);
    expect(new Set(models).size).toBe(models.length);
  });
});
