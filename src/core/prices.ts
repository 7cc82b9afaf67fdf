import { toNamePattern } from './name-pattern.ts';

/** What tokens cost by the API, in USD for a million of each kind. */
export interface TokenPrices {
  /** Prompt tokens that were neither read from nor written to the cache. */
  input: number;
  /** Thinking included. */
  output: number;
  cacheRead: number;
  /** Written to the cache for five minutes, and for an hour. */
  cacheWrite5m: number;
  cacheWrite1h: number;
}

export interface ModelPrices {
  /** Models as the API names them in its answers; `*` stands for any characters. */
  models: readonly string[];
  prices: TokenPrices;
  /** The prices of all tokens of a request whose prompt has more tokens than `above`, the cached ones included. */
  long?: { above: number; prices: TokenPrices };
}

/** The tokens of a request, by what they cost. */
export type PricedTokens = Readonly<Record<keyof TokenPrices, number>>;

/** What the tokens of a request would cost by the API, in USD; undefined where the model has no price. */
export type PriceOf = (model: string, tokens: PricedTokens) => number | undefined;

/** Of several entries that match a model, the first one counts. */
export function createPriceOf(list: readonly ModelPrices[]): PriceOf {
  const entries = list.map((entry) => ({ ...entry, patterns: entry.models.map(toNamePattern) }));
  return (model, tokens) => {
    const entry = entries.find(({ patterns }) => patterns.some((pattern) => pattern.test(model)));
    if (entry === undefined) return undefined;
    const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
    const { prices } = entry.long !== undefined && prompt > entry.long.above ? entry.long : entry;
    const kinds = Object.keys(prices) as (keyof TokenPrices)[];
    return kinds.reduce((usd, kind) => usd + prices[kind] * tokens[kind], 0) / 1_000_000;
  };
}
