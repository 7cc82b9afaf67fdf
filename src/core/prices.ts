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

/** The prices of the models that a pattern matches. */
export interface ModelPrices {
  /** A model as the API names it; `*` stands for any characters. */
  pattern: string;
  prices: TokenPrices;
  /** The prices of all tokens of a request whose prompt has more tokens than `above`, the cached ones included. */
  long?: { above: number; prices: TokenPrices };
}

/** The tokens of a request, by what they cost. */
export type PricedTokens = Readonly<Record<keyof TokenPrices, number>>;

/**
 * What the tokens of a request would cost by the API, in USD; undefined where the model has no price. The first pattern
 * that matches counts.
 */
export function listPriceOf(models: readonly ModelPrices[], model: string, tokens: PricedTokens): number | undefined {
  const found = models.find(({ pattern }) => matches(pattern, model));
  if (found === undefined) return undefined;
  const prompt = tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;
  const prices = found.long !== undefined && prompt > found.long.above ? found.long.prices : found.prices;
  const kinds = Object.keys(prices) as (keyof TokenPrices)[];
  return kinds.reduce((usd, kind) => usd + prices[kind] * tokens[kind], 0) / 1_000_000;
}
