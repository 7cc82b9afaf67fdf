import type { ModelPrices, TokenPrices } from './prices.ts';

/** When the prices were measured with `scripts/measure-prices.ts`: what the claude CLI 2.1.332 takes tokens to cost. */
export const pricedOn = '2026-11-29';

/** By the name of a model, which the API may give a date. In USD for a million tokens. */
export const listPrices: readonly ModelPrices[] = [
  entry(['fable-5-2', 'mythos-5-2'], [8, 40, 0.2, 10, 16]),
  entry(['fable-5-1', 'mythos-5-1'], [10, 50, 0.25, 12.5, 20]),
  entry(['fable-5', 'mythos-5'], [10, 50, 1, 12.5, 20]),
  entry(['opus-5-5'], [4, 20, 0.2, 5, 8]),
  entry(['opus-5', 'opus-4-8', 'opus-4-7', 'opus-4-6', 'opus-4-5'], [5, 25, 0.5, 6.25, 10]),
  entry(['sonnet-5-5'], [2, 10, 0.1, 2.5, 4]),
  entry(['sonnet-5'], [2, 10, 0.2, 2.5, 4]),
  entry(['sonnet-4-6', 'sonnet-4-5', 'sonnet-4'], [3, 15, 0.3, 3.75, 6]),
  {
    ...entry(['haiku-5-5'], [0.1, 0.5, 0.01, 0.125, 0.2]),
    long: { above: 100_000, prices: prices([0.5, 2.5, 0.05, 0.625, 1]) },
  },
  entry(['haiku-4-5'], [1, 5, 0.1, 1.25, 2]),
];

type Row = readonly [input: number, output: number, cacheRead: number, cacheWrite5m: number, cacheWrite1h: number];

function entry(names: readonly string[], row: Row): ModelPrices {
  return { models: names.flatMap((name) => [`claude-${name}`, `claude-${name}-20*`]), prices: prices(row) };
}

function prices([input, output, cacheRead, cacheWrite5m, cacheWrite1h]: Row): TokenPrices {
  return { input, output, cacheRead, cacheWrite5m, cacheWrite1h };
}
